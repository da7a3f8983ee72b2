import { OffheapError } from '../../model/errors.ts';
import type { WantedPlace } from '../../stats/container-choice.ts';
import { type PlaceOptions, parsePlace } from '../options/place.ts';

/** A command that was given nothing to work on: what it expects, and the commands to run next. */
export async function missingProcess(command: string, expected = 'the pid of a process'): Promise<OffheapError> {
  const { offerJvms } = await import('./found-processes.ts');
  return missing(expected, await offerJvms(command));
}

/** Where the process is to be that was not named itself; what subjects.ts's `resolveSubject` takes. Refuses a command that names none. */
export async function requireSubject(
  target: string | undefined,
  options: PlaceOptions,
  command: string,
): Promise<WantedPlace | undefined> {
  const place = parsePlace(target, options);
  if (target === undefined && !place) throw await missingProcess(command);
  return place;
}

export async function missingCounters(): Promise<OffheapError> {
  const { offerCountedProcesses } = await import('./found-processes.ts');
  return missing('the pid of a process that counts, or a file that one has left', await offerCountedProcesses());
}

export function missingProgram(example: string): OffheapError {
  return missing('a program after --', `For example: ${example}`);
}

/** For a command that starts a program, or attaches to one. */
export async function missingProgramOrProcess(command: string, example: string): Promise<OffheapError> {
  const { offerJvms } = await import('./found-processes.ts');
  return missing('a program after --, or the pid of a process', `For example: ${example}\n${await offerJvms(command)}`);
}

export function missing(expected: string, cure: string): OffheapError {
  return new OffheapError('USAGE', `Expected ${expected}, got none. ${cure}`);
}
