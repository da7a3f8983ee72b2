import { mean, median } from 'simple-statistics';
import type { QuantityName } from '../model/quantities.ts';
import type { Cell, Compared, Comparison, Cost, DecisionRules, Metric } from '../model/result.ts';
import { countUntil, meanInterval } from './confidence-sequence.ts';
import { metricsOf } from './metrics.ts';
import { measureQuantity } from './quantities.ts';

/** Figures that are counted in steps, such as processor time in hundredths of a second, can be alike in all of a few runs. */
const leastDeviation = 0.005;
const mostRounds = 1000;
/** Bounds that are further apart from the mean than tenfold tell nothing. */
const widestLog = Math.log(10);

export interface CompareOptions {
  rules: DecisionRules;
  /** How likely an interval may be wrong at any round: the family's risk over the number of configurations (Bonferroni). */
  risk: number;
}

/** A figure of both cells of a round. */
export interface Pair {
  own: number;
  other: number;
}

/**
 * A configuration against the reference, paired by round: the two cells of a pair ran close to each other, so what slows or fills the machine meets
 * both. Undefined when there is no pair.
 */
export function compareToReference(
  cells: readonly Cell[],
  referenceCells: readonly Cell[],
  { reference, rules, risk }: CompareOptions & { reference: string },
): Comparison | undefined {
  const pairsOf = (figure: Figure) => pairCells(cells, referenceCells, figure);
  const settledPairs = pairsOf(settledOf);
  const settledRatio = compareRatios(settledPairs, risk);
  if (!settledRatio) return undefined;
  const metrics = metricsOf([...cells, ...referenceCells]);
  const burstMsRatio = compareRatios(pairsOf(burstMsOf), risk);
  const burstCpuRatio = compareRatios(pairsOf(burstCpuOf), risk);
  const metricRatios = Object.fromEntries(
    [...metrics.keys()].flatMap((name) => {
      const ratio = compareRatios(pairsOf(metricOf(name)), risk);
      return ratio ? [[name, ratio] as const] : [];
    }),
  );
  const figures: CostFigure[] = [
    ...(hasGivenDuration(cells) ? [] : [{ name: 'load time', figure: burstMsOf, better: 'lower' as const }]),
    { name: 'CPU time', figure: burstCpuOf, better: 'lower' },
    ...[...metrics].map(([name, better]) => ({ name, figure: metricOf(name), better })),
  ];
  const costs = figures.flatMap((cost) => judgeCost(cost, pairsOf(cost.figure), { rules, risk }) ?? []);
  const verdict = judgeSize(settledRatio, rules.minSaving);
  const undecidedCosts = costs.filter(({ judgement }) => judgement === 'undecided').map((cost) => cost.roundsToTell);
  const roundsToTell = furthest([
    ...(verdict === 'undecided' ? [roundsUntilApart(settledPairs, 1 - rules.minSaving, risk)] : []),
    // What a configuration costs matters only where it saves something.
    ...(settledRatio.mean <= 1 - rules.minSaving ? undecidedCosts : []),
  ]);
  return {
    reference,
    settledRatio,
    settledDifferenceBytes: toDifference(settledRatio, median(settledPairs.map(({ other }) => other))),
    ...(burstMsRatio ? { burstMsRatio } : {}),
    ...(burstCpuRatio ? { burstCpuRatio } : {}),
    ...(Object.keys(metricRatios).length > 0 ? { metricRatios } : {}),
    costs: costs.map(({ roundsToTell: _, ...cost }) => cost),
    verdict,
    ...(roundsToTell === undefined ? {} : { roundsToTell }),
  };
}

type Figure = (cell: Cell) => number | undefined;

interface CostFigure {
  name: string;
  figure: Figure;
  better: Metric['better'];
}

const quantityOf =
  (name: QuantityName): Figure =>
  (cell) =>
    measureQuantity(name, cell);
const burstMsOf = quantityOf('load-time');
const burstCpuOf = quantityOf('cpu-time');
export const settledOf = quantityOf('settled');
const metricOf =
  (name: string): Figure =>
  ({ metrics }) =>
    metrics?.[name]?.value;

/** Rounds in which one of the two is not ok, was not measured, or was 0, have no ratio. */
export function pairCells(cells: readonly Cell[], others: readonly Cell[], figure: Figure): Pair[] {
  return cells.flatMap((cell) => {
    const partner = others.find(({ repeat, state }) => repeat === cell.repeat && state === 'ok');
    if (cell.state !== 'ok' || !partner) return [];
    const [own, other] = [figure(cell), figure(partner)];
    return own && other && own > 0 && other > 0 ? [{ own, other }] : [];
  });
}

/** Their geometric mean, with bounds that hold after each round; undefined without a pair. */
export function compareRatios(pairs: readonly Pair[], risk: number): Compared | undefined {
  if (pairs.length === 0) return undefined;
  const logs = logRatiosOf(pairs);
  const interval = meanInterval(logs, { risk, leastDeviation });
  const isBound = interval && interval.high - interval.low <= 2 * widestLog;
  const bounds = isBound ? { low: Math.exp(interval.low), high: Math.exp(interval.high) } : {};
  return { mean: Math.exp(mean(logs)), ...bounds, rounds: pairs.length };
}

/** How many rounds it may take until the ratio is known to be on one side of a threshold. Undefined where that is over a thousand. */
export function roundsUntilApart(pairs: readonly Pair[], threshold: number, risk: number): number | undefined {
  const logs = logRatiosOf(pairs);
  if (logs.length < 2) return undefined;
  return countUntil(logs, { halfWidth: Math.abs(mean(logs) - Math.log(threshold)), risk, leastDeviation, most: mostRounds });
}

function logRatiosOf(pairs: readonly Pair[]): number[] {
  return pairs.map(({ own, other }) => Math.log(own / other));
}

function judgeSize({ low, high }: Compared, minSaving: number): Comparison['verdict'] {
  if (low === undefined || high === undefined) return 'too few rounds';
  if (high <= 1 - minSaving) return 'smaller';
  if (low > 1) return 'larger';
  return low > 1 - minSaving ? 'not smaller' : 'undecided';
}

/** Both bounds are allowed. Where nothing says which way is better, a change either way is a cost. */
function judgeCost(
  { name, better }: CostFigure,
  pairs: readonly Pair[],
  { rules: { maxCost }, risk }: CompareOptions,
): (Cost & { roundsToTell: number | undefined }) | undefined {
  const ratio = compareRatios(pairs, risk);
  if (!ratio) return undefined;
  const [least, most] = [1 / (1 + maxCost), 1 + maxCost];
  const { low = 0, high = Number.POSITIVE_INFINITY } = ratio;
  const isWithin = (better === 'lower' || low >= least) && (better === 'higher' || high <= most);
  const isAbove = (better !== 'lower' && high < least) || (better !== 'higher' && low > most);
  const judgement = isWithin ? 'within' : isAbove ? 'above' : 'undecided';
  const threshold = better === 'higher' || (better === undefined && ratio.mean < 1) ? least : most;
  return {
    name,
    ratio,
    ...(better === undefined ? {} : { better }),
    judgement,
    roundsToTell: judgement === 'undecided' ? roundsUntilApart(pairs, threshold, risk) : undefined,
  };
}

/** Undefined when one is, and without any. */
function furthest(rounds: readonly (number | undefined)[]): number | undefined {
  if (rounds.length === 0 || rounds.includes(undefined)) return undefined;
  return Math.max(...rounds.flatMap((count) => count ?? []));
}

/** Its time is the same under every configuration, and no cost. */
export function hasGivenDuration([cell]: readonly Cell[]): boolean {
  return cell?.scenario.name === 'command' && cell.scenario.durationMs !== undefined;
}

function toDifference({ mean: ratio, low, high, rounds }: Compared, referenceBytes: number): Compared {
  const bytes = (of: number) => Math.round((of - 1) * referenceBytes);
  return {
    mean: bytes(ratio),
    ...(low === undefined || high === undefined ? {} : { low: bytes(low), high: bytes(high) }),
    rounds,
  };
}
