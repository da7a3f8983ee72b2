import { type FoundJvm, findJvms, findProcesses } from '../../jvm/find-jvms.ts';
import { counterPagePaths } from '../../native/counter-source.ts';
import { abbreviateCommand } from '../../reporters/abbreviate.ts';
import { terminalWidth } from './terminal.ts';

/** The JVMs that a command could be given, as the lines to run. */
export async function offerJvms(command: string): Promise<string> {
  const jvms = await findJvms();
  if (jvms.length === 0) return 'No JVM runs here that this user may look at; other processes are listed by: ps -e';
  return `The JVMs that run here:${renderCommands(command, jvms)}`;
}

/** The same for `offheap counters`: processes that have counters, of which few are known by their looks. */
export async function offerCountedProcesses(): Promise<string> {
  const counted = (await findProcesses(/(?:)/)).filter(({ pid }) => hasCounterPage(pid));
  if (counted.length === 0)
    return 'No process with counters runs here that this user may look at. Start one: offheap compare -- java -jar app.jar';
  return `The processes with counters that run here:${renderCommands('counters', counted)}`;
}

function renderCommands(command: string, processes: readonly FoundJvm[]): string {
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
