import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/stats/random.ts';
import { criticalRank, differenceInterval } from '../../../src/stats/rank-interval.ts';

/** One-tailed, 0.05: the tables of Mann and Whitney's U in textbooks (Siegel, Nonparametric Statistics, 1956, table K). */
test.each([
  [2, 2, undefined],
  [2, 4, undefined],
  [2, 5, 0],
  [3, 3, 0],
  [3, 5, 1],
  [4, 4, 1],
  [5, 5, 4],
  [6, 6, 7],
  [8, 8, 15],
  [10, 10, 27],
  [20, 20, 138],
  [1, 18, undefined],
  [1, 19, 0],
])('%d runs against %d: the critical U is %s', (m, n, critical) => {
  expect(criticalRank(m, n)).toBe(critical);
  expect(criticalRank(n, m)).toBe(critical);
});

test('many runs: by the normal distribution, next to what the exact one gives', () => {
  expect(criticalRank(50, 50)).toBe(1010);
  expect(criticalRank(51, 51)).toBeGreaterThan(1010);
  expect(criticalRank(51, 51)).toBeLessThan(1075);
  expect(criticalRank(1000, 1000)).toBeGreaterThan(478_000);
});

test('the estimate is the median of all differences, and the bounds are differences as far from both ends as the table says', () => {
  // Differences: −1 to 19 in steps; sorted, the bounds are the first and the ninth of nine.
  expect(differenceInterval([10, 13, 17], [1, 3, 4])).toEqual({ estimate: 10, low: 6, high: 16 });
  expect(differenceInterval([7], [5])).toEqual({ estimate: 2 });
  expect(differenceInterval([7, 9], [5, 5])).toEqual({ estimate: 3 });
  expect(differenceInterval([], [5])).toBeUndefined();
});

test('one run far from the others moves neither bound to infinity', () => {
  const base = [100, 101, 102, 103, 104];
  const { low, high } = differenceInterval([105, 106, 107, 108, 5000], base) ?? {};
  expect(low).toBeGreaterThanOrEqual(1);
  expect(high).toBeLessThan(5000);
});

test('of sets that differ by 7, at most one in ten intervals leaves 7 out', () => {
  const random = seededRandom(11);
  const set = (shift: number) => Array.from({ length: 5 }, () => 100 + shift + 4 * random() ** 3);
  const experiments = 2000;
  const missed = Array.from({ length: experiments }, () => differenceInterval(set(7), set(0))).filter(
    (found) => (found?.low ?? Number.NaN) > 7 || (found?.high ?? Number.NaN) < 7,
  ).length;
  // 2 · 12 of 252 orders: 9.5 %; three standard deviations of 2,000 draws are 2 %.
  expect(missed / experiments).toBeGreaterThan(0.075);
  expect(missed / experiments).toBeLessThan(0.115);
});
