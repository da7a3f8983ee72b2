import { type FoundJvm, findJvms, findProcesses } from '../jvm/find-jvms.ts';
import { OffheapError } from '../model/errors.ts';
import { counterPagePaths } from '../native/counter-source.ts';
import { abbreviateCommand } from '../reporters/abbreviate.ts';
import { terminalWidth } from './terminal.ts';

/** A command that was given nothing to work on: what it expects, and the commands to run next. */
export async function missingProcess(command: string, expected = 'the pid of a process'): Promise<OffheapError> {
  return missing(expected, jvmsFor(command, await findJvms()));
}

/** The same for `offheap counters`: processes that have counters, of which few are known by their looks. */
export async function missingCounters(): Promise<OffheapError> {
  const counted = (await findProcesses(/(?:)/)).filter(({ pid }) => hasCounterPage(pid));
  const found =
    counted.length > 0
      ? `The processes with counters that run here:${linesFor('counters', counted)}`
      : 'No process with counters runs here that this user may look at. Start one: offheap compare -- java -jar app.jar';
  return missing('the pid of a process that counts, or a file that one has left', found);
}

export function missingProgram(example: string): OffheapError {
  return missing('a program after --', `For example: ${example}`);
}

/** For a command that starts a program, or attaches to one. */
export async function missingProgramOrProcess(command: string, example: string): Promise<OffheapError> {
  const found = jvmsFor(command, await findJvms());
  return missing('a program after --, or the pid of a process', `For example: ${example}\n${found}`);
}

export function missing(expected: string, cure: string): OffheapError {
  return new OffheapError('USAGE', `Expected ${expected}, got none. ${cure}`);
}

function jvmsFor(command: string, jvms: readonly FoundJvm[]): string {
  if (jvms.length === 0) return 'No JVM runs here that this user may look at; other processes are listed by: ps -e';
  return `The JVMs that run here:${linesFor(command, jvms)}`;
}

function linesFor(command: string, processes: readonly FoundJvm[]): string {
  return processes
    .map(({ pid, command: words }) => `\n  offheap ${command} ${pid}   # ${abbreviateCommand(words, terminalWidth())}`)
    .join('');
}

function hasCounterPage(pid: number): boolean {
  try {
    return counterPagePaths(pid).length > 0;
  } catch {
    // It has ended, or is another user's.
    return false;
  }
}
