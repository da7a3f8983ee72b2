import { median } from 'simple-statistics';
import type { Regression, RegressionSide, Unit } from '../model/guard.ts';
import { type QuantityName, quantities } from '../model/quantities.ts';
import type { Cell } from '../model/result.ts';
import { hasGivenDuration } from './compare.ts';
import { metricsOf } from './metrics.ts';
import { measureQuantity } from './quantities.ts';
import { criticalRank, differenceInterval } from './rank-interval.ts';

/** How much worse quantities may be than in the baseline, as shares of what they were. */
export interface RegressionLimits {
  /** Of each quantity that is compared by itself; undefined: only those that are named. */
  all: number | undefined;
  /** By the name of a quantity or metric. */
  named: Readonly<Record<string, number>>;
}

/** What is compared by itself, where both have it. The others follow from these, or are too rough. */
const comparedByItself: readonly QuantityName[] = ['settled', 'retained', 'live', 'peak', 'load-time', 'cpu-time'];

/** A change below this is none, whatever share of the baseline it is: a JVM moves by so much, and a load by what it takes to start. */
const leastChange: Readonly<Record<Unit, number>> = {
  bytes: 2 ** 20,
  bytesPerMinute: 2 ** 20,
  milliseconds: 100,
  count: 0,
  share: 0.01,
};

/** More repeats than this nobody runs in CI. */
const mostRepeats = 100;

/** Judges each quantity that is to be compared. All cells are ok; there is at least one on both sides. */
export function judgeRegressions(cells: readonly Cell[], baseline: readonly Cell[], limits: RegressionLimits): Regression[] {
  return comparedNames(cells, baseline, limits).map((name) => judgeRegression(name, { cells, baseline, limits }));
}

/** Metrics that nothing says the better of, and that are therefore not compared by themselves. */
export function unjudgedMetrics(cells: readonly Cell[], { all, named }: RegressionLimits): string[] {
  if (all === undefined) return [];
  const metrics = metricsOf(cells);
  return metricNames(cells).filter((name) => !Object.hasOwn(named, name) && metrics.get(name) === undefined);
}

function comparedNames(cells: readonly Cell[], baseline: readonly Cell[], { all, named }: RegressionLimits): string[] {
  const wasMeasured = (name: string) => sideOf(name, baseline) !== undefined;
  const known = metricsOf([...cells, ...baseline]);
  const metrics = metricNames(baseline).filter((name) => known.get(name) !== undefined);
  const hasTime = !hasGivenDuration(cells);
  const names = comparedByItself.filter((name) => hasTime || name !== 'load-time');
  const byItself = all === undefined ? [] : [...names, ...metrics].filter(wasMeasured);
  return [...new Set([...byItself, ...Object.keys(named)])];
}

interface Judged {
  cells: readonly Cell[];
  baseline: readonly Cell[];
  limits: RegressionLimits;
}

function judgeRegression(quantity: string, { cells, baseline: ofBaseline, limits }: Judged): Regression {
  const isMetric = !isQuantity(quantity);
  const better = isMetric ? metricsOf([...cells, ...ofBaseline]).get(quantity) : betterQuantity(quantity);
  const unit = isMetric ? 'count' : quantities[quantity as QuantityName].unit;
  const allowedShare = limits.named[quantity] ?? limits.all ?? 0;
  const [baseline, measured] = [sideOf(quantity, ofBaseline), sideOf(quantity, cells)];
  const known: Omit<Regression, 'state'> = {
    ...{ quantity, isMetric, unit, allowedShare },
    ...(better ? { better } : {}),
    ...(baseline ? { baseline } : {}),
    ...(measured ? { measured } : {}),
  };
  const reason = whyUnknown(known, cells);
  if (!baseline || !measured || !better || reason !== undefined)
    return { ...known, state: 'unknown', ...(reason === undefined ? {} : { reason }) };
  const allowed = Math.max(allowedShare * Math.abs(baseline.median), leastChange[unit]);
  return { ...known, allowed, ...judgeDifference(baseline.runs, measured.runs, { allowed, better }) };
}

function whyUnknown(
  { quantity, isMetric, baseline, measured, better }: Omit<Regression, 'state'>,
  cells: readonly Cell[],
): string | undefined {
  if (!baseline) return `the baseline has no ${quantity}`;
  if (!measured)
    return cells.find(({ liveWithdrawn }) => !isMetric && liveWithdrawn !== undefined)?.liveWithdrawn ?? 'it was not measured';
  return better ? undefined : `nothing says which way is better: @metric ${quantity}=… better=higher, or lower`;
}

/** The interval decides; where there can be none because one side is a single run, the figures as they are. */
function judgeDifference(
  baseline: readonly number[],
  measured: readonly number[],
  { allowed, better }: { allowed: number; better: 'lower' | 'higher' },
): Pick<Regression, 'difference' | 'state' | 'reason'> {
  const difference = differenceInterval(measured, baseline);
  if (!difference) return { state: 'unknown' };
  const { estimate, low, high } = difference;
  const isWorse = (change: number) => (better === 'lower' ? change : -change) > allowed;
  if (low === undefined || high === undefined) {
    const single = Math.min(baseline.length, measured.length) === 1;
    if (single) return { difference, state: isWorse(estimate) ? 'broken' : 'kept' };
    return {
      difference,
      state: 'undecided',
      reason: `${measured.length} runs against ${baseline.length} have no interval; 3 on both sides have one`,
    };
  }
  if (isWorse(low) && isWorse(high)) return { difference, state: 'broken' };
  if (!isWorse(low) && !isWorse(high)) return { difference, state: 'kept' };
  const limit = better === 'lower' ? allowed : -allowed;
  return {
    difference,
    state: 'undecided',
    reason: whatDecides(difference as Required<typeof difference>, limit, { baseline, measured }),
  };
}

/** An interval becomes narrower by the square root of the runs, on both sides. */
function whatDecides(
  { estimate, low, high }: { estimate: number; low: number; high: number },
  limit: number,
  { baseline, measured }: { baseline: readonly number[]; measured: readonly number[] },
): string {
  const halfWidth = estimate > limit ? estimate - low : high - estimate;
  const factor = (halfWidth / Math.abs(estimate - limit)) ** 2;
  const now = Math.min(baseline.length, measured.length);
  const needed = Math.max(now + 1, Math.ceil(now * factor));
  if (!(needed <= mostRepeats) || criticalRank(needed, needed) === undefined)
    return 'it is too close to what is allowed for repeats to tell: allow more, or less';
  return `if the difference stays, about ${needed} runs on both sides decide`;
}

/** A quantity in all of these cells; undefined where one of them lacks it. */
function sideOf(name: string, cells: readonly Cell[]): RegressionSide | undefined {
  const runs = cells.flatMap((cell) => (isQuantity(name) ? measureQuantity(name, cell) : cell.metrics?.[name]?.value) ?? []);
  return runs.length === 0 || runs.length < cells.length ? undefined : { median: median(runs), runs };
}

function isQuantity(name: string): name is QuantityName {
  return Object.hasOwn(quantities, name);
}

/** Of the quantities only the share that is given back is better when it is more. */
function betterQuantity(name: string): 'lower' | 'higher' {
  return name === 'returned' ? 'higher' : 'lower';
}

function metricNames(cells: readonly Cell[]): string[] {
  return [...metricsOf(cells).keys()].filter((name) => !isQuantity(name));
}
