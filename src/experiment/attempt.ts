import type { Attempt, AttemptOutcome, JvmOfAttempt } from '../model/fit.ts';
import type { Cell, Scenario } from '../model/result.ts';
import type { LimitedGroup } from '../process/limited-group.ts';
import type { MemoryLimiter } from '../process/memory-limiter.ts';
import type { CellOptions } from './cell-options.ts';
import { JvmWatch } from './jvm-watch.ts';
import type { PlannedCell } from './planned-cell.ts';
import { runCell } from './run-cell.ts';

export interface AttemptOptions extends Omit<CellOptions, 'group'> {
  limiter: MemoryLimiter;
}

/** Runs the program once in a memory cgroup of its own. Undefined when it was interrupted. */
export async function runAttempt(
  planned: PlannedCell,
  limitBytes: number | undefined,
  { limiter, ...options }: AttemptOptions,
): Promise<{ attempt: Attempt; cell: Cell } | undefined> {
  const group = limiter.makeGroup(limitBytes);
  const watch = new JvmWatch(group.pids);
  try {
    const cell = await runCell(planned, { ...options, group });
    if (!cell) return undefined;
    return { attempt: attemptOf(cell, limitBytes, group, watch.stop()), cell };
  } finally {
    watch.stop();
    await group.remove();
  }
}

function attemptOf(cell: Cell, limitBytes: number | undefined, group: LimitedGroup, jvm: JvmOfAttempt | undefined): Attempt {
  const oomKills = group.oomKills();
  const peakBytes = group.peakBytes();
  const peakRssBytes = (cell.timeline?.rssBytes ?? []).reduce((peak, bytes) => Math.max(peak, bytes), 0);
  const outcome = outcomeOf(cell, oomKills);
  const reason = reasonOf(cell, outcome);
  const attempt: Attempt = { outcome, wallMs: cell.wallMs ?? 0 };
  if (limitBytes !== undefined) attempt.limitBytes = limitBytes;
  if (reason !== undefined) attempt.reason = reason;
  if (oomKills !== undefined) attempt.oomKills = oomKills;
  if (peakBytes !== undefined) attempt.peakBytes = peakBytes;
  if (jvm) attempt.jvm = jvm;
  if (peakRssBytes > 0) attempt.peakRssBytes = peakRssBytes;
  return attempt;
}

function reasonOf({ reason, end }: Cell, outcome: AttemptOutcome): string | undefined {
  if (outcome === 'survived') return undefined;
  if (outcome === 'oom-killed' && end?.exitCode === 0)
    return 'The OOM killer of its cgroup killed a process that it had started; it ended with status 0 itself.';
  return reason;
}

/** A program whose helper was killed may go on: it did not survive as a whole. One that is told nothing survives by ending with status 0. */
export function outcomeOf(
  { state, scenario, end }: Pick<Cell, 'state' | 'scenario' | 'end'>,
  oomKills: number | undefined,
): AttemptOutcome {
  if (oomKills !== undefined && oomKills > 0) return 'oom-killed';
  if (state === 'ok' || (isBatch(scenario) && state === 'failed' && end?.exitCode === 0)) return 'survived';
  return state === 'timeout' ? 'timeout' : 'failed';
}

/** Whether it has no phases that offheap brings about or waits for: it does its work and ends. */
function isBatch(scenario: Scenario): boolean {
  if (scenario.name !== 'command') return false;
  const { ready, load, durationMs, step } = scenario;
  return ready === undefined && load === undefined && durationMs === undefined && !step;
}
