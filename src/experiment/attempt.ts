import type { Attempt, AttemptOutcome } from '../model/fit.ts';
import type { Cell } from '../model/result.ts';
import type { MemoryLimiter } from '../process/memory-limiter.ts';
import type { CellPlan } from './plan.ts';
import { type CellContext, runCell } from './run-cell.ts';

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
    const attempt: Attempt = {
      ...(limitBytes === undefined ? {} : { limitBytes }),
      outcome: outcomeOf(cell, oomKills),
      ...(cell.reason === undefined ? {} : { reason: cell.reason }),
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

/** A program whose helper was killed may go on: it did not survive as a whole. */
export function outcomeOf({ state }: Pick<Cell, 'state'>, oomKills: number | undefined): AttemptOutcome {
  if (oomKills !== undefined && oomKills > 0) return 'oom-killed';
  if (state === 'ok') return 'survived';
  return state === 'timeout' ? 'timeout' : 'failed';
}

function peakRss({ timeline }: Cell): Pick<Attempt, 'peakRssBytes'> {
  const peak = (timeline?.rssBytes ?? []).reduce((most, bytes) => Math.max(most, bytes), 0);
  return peak > 0 ? { peakRssBytes: peak } : {};
}
