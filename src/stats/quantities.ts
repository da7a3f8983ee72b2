import type { Bound, BoundVerdict, Unit } from '../model/guard.ts';
import type { Cell } from '../model/result.ts';
import { growthPerMinute } from './growth.ts';
import { burstBytes, burstUse, retainedBytes, returnedShare } from './returned.ts';

export interface Quantity {
  unit: Unit;
  /** For help: what it is, in a clause. */
  meaning: string;
  measure: (cell: Cell) => number | undefined;
}

/** Everything of a cell that a bound can be set to, by the name on the command line. */
export const quantities: Readonly<Record<string, Quantity>> = {
  retained: { unit: 'bytes', meaning: 'native RSS gained that live bytes do not explain', measure: retainedBytes },
  settled: { unit: 'bytes', meaning: 'RSS when all has settled', measure: (cell) => cell.phases.settled?.rssBytes },
  native: { unit: 'bytes', meaning: 'RSS without the Java heap then', measure: (cell) => cell.phases.settled?.nativeRssBytes },
  live: { unit: 'bytes', meaning: 'live bytes then', measure: (cell) => cell.phases.settled?.liveBytes },
  'live-growth': { unit: 'bytes', meaning: 'live bytes then, less those at baseline', measure: liveGrowth },
  burst: { unit: 'bytes', meaning: 'RSS gained by the burst', measure: burstBytes },
  peak: { unit: 'bytes', meaning: 'highest RSS', measure: peakBytes },
  growth: {
    unit: 'bytesPerMinute',
    meaning: 'RSS gained per time in the second half of a burst of 10 s or more',
    measure: growthPerMinute,
  },
  returned: {
    unit: 'share',
    meaning: 'share of the burst given back when settled',
    measure: (cell) => returnedShare(cell, 'settled'),
  },
  'load-time': { unit: 'milliseconds', meaning: 'duration of the burst', measure: (cell) => cell.burstMs },
  'cpu-time': { unit: 'milliseconds', meaning: "the program's processor time in it", measure: (cell) => burstUse(cell, 'cpuMs') },
  'minor-faults': { unit: 'count', meaning: 'page faults in it', measure: (cell) => burstUse(cell, 'minorFaults') },
  'major-faults': { unit: 'count', meaning: 'those that went to disk', measure: (cell) => burstUse(cell, 'majorFaults') },
};

const ofLiveBytes = new Set(['retained', 'live', 'live-growth']);

/** Whether a cell keeps to a bound; a bound that is met exactly is kept. */
export function judgeBound(cell: Cell, bound: Bound): BoundVerdict {
  const { quantity, isMetric, kind, limit } = bound;
  const measured = isMetric ? cell.metrics?.[quantity]?.value : quantities[quantity]?.measure(cell);
  if (measured === undefined) {
    const reason = isMetric || !ofLiveBytes.has(quantity) ? undefined : cell.liveWithdrawn;
    return { bound, measured, state: 'unknown', ...(reason === undefined ? {} : { reason }) };
  }
  const isKept = kind === 'max' ? measured <= limit : measured >= limit;
  return { bound, measured, state: isKept ? 'kept' : 'broken' };
}

function liveGrowth({ phases: { baseline, settled } }: Cell): number | undefined {
  if (baseline?.liveBytes === undefined || settled?.liveBytes === undefined) return undefined;
  return settled.liveBytes - baseline.liveBytes;
}

/** Of the samples and of the phases, which are exact. */
function peakBytes({ phases, timeline }: Cell): number | undefined {
  const seen = [...(timeline?.rssBytes ?? []), ...Object.values(phases).map(({ rssBytes }) => rssBytes)];
  return seen.length === 0 ? undefined : seen.reduce((a, b) => Math.max(a, b));
}
