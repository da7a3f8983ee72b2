import { median } from 'simple-statistics';
import type { Bound, BoundVerdict } from '../model/guard.ts';
import type { QuantityName } from '../model/quantities.ts';
import type { Cell } from '../model/result.ts';
import { growthPerMinute } from './growth.ts';
import { burstBytes, burstUse, retainedBytes, returnedShare } from './returned.ts';

type Measure = (cell: Cell) => number | undefined;

const measures: Readonly<Record<QuantityName, Measure>> = {
  retained: retainedBytes,
  settled: (cell) => cell.phases.settled?.rssBytes,
  native: (cell) => cell.phases.settled?.nativeRssBytes,
  live: (cell) => cell.phases.settled?.liveBytes,
  'live-growth': liveGrowth,
  burst: burstBytes,
  peak: peakBytes,
  growth: growthPerMinute,
  returned: (cell) => returnedShare(cell, 'settled'),
  'load-time': (cell) => cell.burstMs,
  'cpu-time': (cell) => burstUse(cell, 'cpuMs'),
  'minor-faults': (cell) => burstUse(cell, 'minorFaults'),
  'major-faults': (cell) => burstUse(cell, 'majorFaults'),
};

/** Undefined for what was not measured, and for a name that is none. */
export function measureQuantity(name: string, cell: Cell): number | undefined {
  return Object.hasOwn(measures, name) ? measures[name as QuantityName](cell) : undefined;
}

const ofLiveBytes = new Set(['retained', 'live', 'live-growth']);

/** Whether a cell keeps to a bound; a bound that is met exactly is kept. */
export function judgeBound(cell: Cell, bound: Bound): BoundVerdict {
  const { quantity, isMetric } = bound;
  const measured = isMetric ? cell.metrics?.[quantity]?.value : measureQuantity(quantity, cell);
  if (measured === undefined) {
    const reason = isMetric || !ofLiveBytes.has(quantity) ? undefined : cell.liveWithdrawn;
    return { bound, measured, state: 'unknown', ...(reason === undefined ? {} : { reason }) };
  }
  return { bound, measured, state: isKept(bound, measured) ? 'kept' : 'broken' };
}

/** The same over all runs of a program: the median keeps to it. One run in which it was not measured leaves it unknown. */
export function judgeBoundOver(cells: readonly Cell[], bound: Bound): BoundVerdict {
  const verdicts = cells.map((cell) => judgeBound(cell, bound));
  const runs = verdicts.flatMap(({ measured }) => measured ?? []);
  const unknown = verdicts.find(({ measured }) => measured === undefined);
  if (unknown) return unknown;
  const [only] = verdicts;
  if (only && runs.length === 1) return only;
  const measured = median(runs);
  return { bound, measured, runs, state: isKept(bound, measured) ? 'kept' : 'broken' };
}

function isKept({ kind, limit }: Bound, measured: number): boolean {
  return kind === 'max' ? measured <= limit : measured >= limit;
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
