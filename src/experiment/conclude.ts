import { type Cell, type CellState, phaseNames } from '../model/result.ts';
import { formatSeconds } from '../model/units.ts';
import type { ProcessEnd } from '../process/runner.ts';

export interface Ending {
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
}

/** The state of a cell from how its process ended: pure, so that every way to die has a test. */
export function conclude({ end, said, phases, timedOutAfterMs, problem, oomKills }: Ending): { state: CellState; reason?: string } {
  const reached = phaseNames.filter((name) => phases[name] !== undefined).at(-1);
  const where = reached === undefined ? 'before its first phase' : `after phase ${reached}`;
  if (timedOutAfterMs !== undefined) {
    return {
      state: 'timeout',
      reason: `Not done within ${formatSeconds(timedOutAfterMs)}; ended ${where}. Allow more by --timeout.`,
    };
  }
  if (problem !== undefined) return failed(problem);
  const spoken = [...end.stderrTail.split('\n'), ...said];
  if (end.signal === 'SIGKILL') return failed(`The JVM was killed by SIGKILL ${where}${oomHint(oomKills)}.`);
  if (end.signal !== undefined) {
    return failed(`The JVM ended by ${end.signal} ${where}: ${lastWords(spoken)}${crashReport(spoken)}`);
  }
  if (end.exitCode !== 0) {
    return failed(`The JVM ended with status ${end.exitCode} ${where}: ${lastWords(spoken)}${crashReport(spoken)}`);
  }
  if (reached !== 'settled' && reached !== 'trimmed') {
    return failed(`The JVM ended with status 0 ${where}, before it had settled.`);
  }
  return { state: 'ok' };
}

function failed(reason: string): { state: CellState; reason: string } {
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
