import { parseInteger } from '../../model/units.ts';
import { largestPid } from '../../parse/proc-fields.ts';

/** What a command that looks at one process takes; src/commands/run/subjects.ts finds it. */
export const processArgument = 'a pid, or the jar or main class of a JVM; without one the JVMs of this host are listed';

/** The same of a command that reads a core file as well. */
export const coreArgument = 'a pid, the jar or main class of a JVM, or a core file; without one the JVMs of this host are listed';

export function parsePid(text: string): number {
  return parseInteger(text, 'PID', { min: 1, max: largestPid });
}
