import type { Command } from 'commander';
import { type Jdk, resolveJdk } from '../../jvm/java-home.ts';
import { OffheapError } from '../../model/errors.ts';
import type { Scenario } from '../../model/result.ts';
import { execaRunner } from '../../process/execa-runner.ts';
import { type CommandOptions, parseCommandScenario, resolveCommandJdk } from '../options/command-options.ts';
import { prepareRepro, type ReproOptions } from '../options/repro-options.ts';
import type { Progress } from './progress.ts';

/** What is to be run, and by which JDK, once its parameters have been checked. */
export interface FitSubject {
  jdk: Jdk | undefined;
  prepare: (progress: Progress) => Promise<Scenario>;
}

/** Options that say something of only one of the two: a program of the user's, and the reproducer. */
const commandOnly = ['ready', 'load', 'duration', 'gc', 'step', 'grace'];
const reproOnly = ['loader', 'scan', 'package', 'threads', 'passes', 'streams', 'heap', 'jars', 'java'];

/** The program of the command line, or the reproducer where there is none. */
export async function findSubject(
  words: readonly string[],
  options: CommandOptions & ReproOptions,
  command: Command,
): Promise<FitSubject> {
  if (words.length > 0) {
    refuseOptions(command, reproOnly, 'is about the bundled reproducer, which is run when no command is given');
    const scenario = await parseCommandScenario(words, options);
    return { jdk: await resolveCommandJdk(words), prepare: async () => scenario };
  }
  refuseOptions(command, commandOnly, 'is about a program of yours, which is to be given after --');
  const prepareScenario = prepareRepro(options);
  const jdk = await resolveJdk(options.java, execaRunner);
  return { jdk, prepare: (progress) => prepareScenario(jdk, progress) };
}

function refuseOptions(command: Command, names: readonly string[], why: string): void {
  const given = names.find((name) => command.getOptionValueSource(name) === 'cli');
  if (given !== undefined) throw new OffheapError('USAGE', `Expected no --${given} here: it ${why}.`);
}
