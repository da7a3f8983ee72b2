import { type Cell, type PhaseName, phaseNames } from '../model/result.ts';
import { formatSeconds } from '../model/units.ts';
import type { ProcessEnd } from '../process/runner.ts';
import { lastLines } from './last-lines.ts';

export interface Ending {
  /** What the program is called in a sentence: the reproducer is a JVM, of any other it is not known. */
  program: 'JVM' | 'program';
  end: ProcessEnd;
  /** The last lines the program wrote to stdout beside its phases. */
  said: readonly string[];
  phases: Cell['phases'];
  /** Set when offheap ended the process because its time was over. */
  timedOutAfterMs: number | undefined;
  /** Set when offheap ended the process because a phase could not be measured. */
  problem: string | undefined;
  /** How much the cgroup's count of OOM kills rose meanwhile; undefined when it is not counted. */
  oomKills: number | undefined;
  /** What was waited for last; undefined when that says nothing. */
  waitingFor?: string | undefined;
  /** Whether the program was asked to end when all was measured. */
  stopped: boolean;
}

export type Conclusion = Pick<Cell, 'state' | 'reason' | 'diedBy'>;

/** The state of a cell from how its process ended: pure, so that every way to die has a test. */
export function conclude(ending: Ending): Conclusion {
  const { program, end, said, phases, timedOutAfterMs, problem, stopped } = ending;
  const spoken = [...end.stderrTail.split('\n'), ...said];
  const last = program === 'program' ? ` It said last: ${lastLines(spoken)}` : '';
  const reached = phaseNames.filter((name) => phases[name] !== undefined).at(-1);
  if (timedOutAfterMs !== undefined && !stopped) return timedOut(ending, timedOutAfterMs, whereIn(reached), last);
  if (problem !== undefined) return failed(`${problem}${last}`);
  if (!stopped) {
    const how = abnormalEnd(ending, whereIn(reached), spoken);
    if (how !== undefined) return { ...failed(`${how}${last}`), ...(end.signal === undefined ? {} : { diedBy: end.signal }) };
  }
  if (reached === 'settled' || reached === 'trimmed') return { state: 'ok' };
  const hint =
    program === 'program' && reached === undefined ? ' Say by --ready when it is ready, or let it print @phase lines.' : '';
  return failed(`The ${program} ended with status 0 ${whereIn(reached)}, before it had settled.${hint}${last}`);
}

function timedOut({ waitingFor }: Ending, timeoutMs: number, where: string, last: string): Conclusion {
  const waited = waitingFor === undefined ? '' : `, waiting for ${waitingFor}`;
  return {
    state: 'timeout',
    reason: `Not done within ${formatSeconds(timeoutMs)}; ended ${where}${waited}. Allow more by --timeout.${last}`,
  };
}

/** Undefined for status 0. */
function abnormalEnd({ program, end, oomKills }: Ending, where: string, spoken: readonly string[]): string | undefined {
  if (end.signal === 'SIGKILL') return `The ${program} was killed by SIGKILL ${where}${oomHint(oomKills)}.`;
  if (end.signal === undefined && end.exitCode === 0) return undefined;
  const how = end.signal === undefined ? `with status ${end.exitCode}` : `by ${end.signal}`;
  const words = program === 'JVM' ? `: ${lastWords(spoken)}` : '.';
  return `The ${program} ended ${how} ${where}${words}${crashReport(spoken)}`;
}

function whereIn(reached: PhaseName | undefined): string {
  return reached === undefined ? 'before its first phase' : `after phase ${reached}`;
}

function failed(reason: string): Conclusion {
  return { state: 'failed', reason };
}

function oomHint(oomKills: number | undefined): string {
  if (oomKills === undefined) return '';
  return oomKills > 0 ? ': out of memory, by the OOM killer of its cgroup' : ', not by the OOM killer of its cgroup';
}

/** A JVM that crashes says where it has put the details. */
function crashReport(spoken: readonly string[]): string {
  const path = spoken.map((line) => /\/\S*hs_err\S*\.log/.exec(line)?.[0]).find((found) => found !== undefined);
  return path === undefined ? '' : ` (report: ${path})`;
}

/** What a dying program says first matters most; what follows is often its stack. Lines that only announce an error say less than the next one. */
function lastWords(spoken: readonly string[]): string {
  const lines = spoken.filter((line) => line.trim() !== '' && !/^Error occurred during initialization of VM/.test(line));
  return (
    lines.find((line) => /error|expected|cannot|could not|exception|invalid|not a live block/i.test(line)) ??
    lines[0] ??
    'it said nothing.'
  );
}
