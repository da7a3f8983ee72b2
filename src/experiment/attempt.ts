import type { Attempt, AttemptOutcome } from '../model/fit.ts';
import type { Cell, Scenario } from '../model/result.ts';
import type { MemoryLimiter } from '../process/memory-limiter.ts';
import type { CellContext } from './cell-context.ts';
import type { CellPlan } from './plan.ts';
import { runCell } from './run-cell.ts';

export interface AttemptContext extends Omit<CellContext, 'group'> {
  limiter: MemoryLimiter;
}

export interface Tried {
  attempt: Attempt;
  cell: Cell;
}

/** Runs the program once in a memory cgroup of its own. Undefined when it was interrupted. */
export async function runAttempt(
  plan: CellPlan,
  limitBytes: number | undefined,
  { limiter, ...context }: AttemptContext,
): Promise<Tried | undefined> {
  const group = limiter.makeGroup(limitBytes);
  try {
    const cell = await runCell(plan, { ...context, group });
    if (!cell) return undefined;
    const [oomKills, peakBytes] = [group.oomKills(), group.peakBytes()];
    const outcome = outcomeOf(cell, oomKills);
    const attempt: Attempt = {
      ...(limitBytes === undefined ? {} : { limitBytes }),
      outcome,
      ...reasonOf(cell, outcome),
      ...(oomKills === undefined ? {} : { oomKills }),
      ...(peakBytes === undefined ? {} : { peakBytes }),
      ...peakRss(cell),
      wallMs: cell.wallMs ?? 0,
    };
    return { attempt, cell };
  } finally {
    await group.remove();
  }
}

function reasonOf({ reason, end }: Cell, outcome: AttemptOutcome): Pick<Attempt, 'reason'> {
  if (outcome === 'survived') return {};
  if (outcome === 'oom-killed' && end?.exitCode === 0)
    return { reason: 'The OOM killer of its cgroup killed a process that it had started; it ended with status 0 itself.' };
  return reason === undefined ? {} : { reason };
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

function peakRss({ timeline }: Cell): Pick<Attempt, 'peakRssBytes'> {
  const peak = (timeline?.rssBytes ?? []).reduce((most, bytes) => Math.max(most, bytes), 0);
  return peak > 0 ? { peakRssBytes: peak } : {};
}
