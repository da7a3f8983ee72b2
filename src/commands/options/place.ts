import type { Command } from 'commander';
import { OffheapError } from '../../model/errors.ts';
import type { WantedPlace } from '../../stats/container-choice.ts';
import { moreOption } from '../help/more-options.ts';

export interface PlaceOptions {
  container?: string;
  pod?: string | true;
}

/** For a command that looks at one process; src/commands/run/contained-subjects.ts finds it. */
export function addPlaceOptions(command: Command, pod: 'one' | 'one or a list' = 'one'): Command {
  const [flags, more] =
    pod === 'one' ? ['--pod <name|uid>', ''] : ['--pod [name|uid]', '; without a value: list those of all pods'];
  return command
    .option('--container <name|id>', 'the JVM in this container, by its name or id')
    .addOption(moreOption(flags, `the JVM in this pod of this host${more}`));
}

/** Where the process is to be, unless it was named itself. Undefined where no place was given: `--pod` alone names none. */
export function parsePlace(target: string | undefined, { container, pod }: PlaceOptions): WantedPlace | undefined {
  const [given] = Object.entries({ container, pod }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given !== undefined && target !== undefined)
    throw new OffheapError('USAGE', `Expected either a process or ${given}, got both. Leave one of them out.`);
  return container === undefined && (pod === undefined || pod === true)
    ? undefined
    : { container, pod: pod === true ? undefined : pod };
}
