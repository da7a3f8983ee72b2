import { median, probit } from 'simple-statistics';

/** A difference of two sets of runs. */
export interface DifferenceInterval {
  /** Hodges and Lehmann's estimate: the median of all differences of a run of one from a run of the other. */
  estimate: number;
  /** Bounds of the interval of 90 %; absent where the runs are too few for one. */
  low?: number;
  high?: number;
}

/** The chance of an error on each side: the interval has 90 %. */
const tail = 0.05;

/**
 * By how much one set of values lies above another, which were measured independently, with its exact interval from the ranks (Hodges and Lehmann,
 * Estimates of Location Based on Rank Tests, 1963; R has it as `wilcox.test(conf.int = TRUE)`). It assumes no distribution but that both have the same
 * shape, so one run far from the others moves it little. Three runs against three are the fewest with an interval. Undefined where one set is empty.
 */
export function differenceInterval(values: readonly number[], baseline: readonly number[]): DifferenceInterval | undefined {
  const differences = values.flatMap((value) => baseline.map((base) => value - base)).sort((a, b) => a - b);
  if (differences.length === 0) return undefined;
  const estimate = median(differences);
  const cut = criticalRank(values.length, baseline.length);
  if (cut === undefined) return { estimate };
  const [low, high] = [differences[cut], differences[differences.length - 1 - cut]];
  return low === undefined || high === undefined ? { estimate } : { estimate, low, high };
}

/** From here on the normal distribution is as good, and the number of orders is no number any more. */
const largestExact = 50;

/** The largest u with P(U ≤ u) ≤ 5 %, of Mann and Whitney's U for sets of these sizes that do not differ; undefined where even 0 is more likely. */
export function criticalRank(m: number, n: number): number | undefined {
  if (Math.max(m, n) > largestExact) {
    const rank = Math.floor((m * n) / 2 + probit(tail) * Math.sqrt((m * n * (m + n + 1)) / 12) - 0.5);
    return rank < 0 ? undefined : rank;
  }
  const counts = countsOfU(m, n);
  const all = counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  let largest: number | undefined;
  for (const [u, count] of counts.entries()) {
    sum += count;
    if (sum / all > tail) break;
    largest = u;
  }
  return largest;
}

/**
 * How many orders of m and n values have each U from 0 to m · n: coefficients of the Gaussian binomial, a product of (1 − q^(n+i)) / (1 − q^i) for i up to m
 * (Mann and Whitney, On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other, 1947).
 */
function countsOfU(m: number, n: number): number[] {
  const counts: number[] = Array.from({ length: m * n + 1 }, (_, u) => (u === 0 ? 1 : 0));
  for (let i = 1; i <= m; i++) {
    for (let u = counts.length - 1; u >= n + i; u--) counts[u] = (counts[u] ?? 0) - (counts[u - n - i] ?? 0);
    for (let u = i; u < counts.length; u++) counts[u] = (counts[u] ?? 0) + (counts[u - i] ?? 0);
  }
  return counts;
}
