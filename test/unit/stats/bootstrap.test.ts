import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateMedian } from '../../../src/stats/bootstrap.ts';
import { findOutliers } from '../../../src/stats/outliers.ts';
import { seededRandom } from '../../../src/stats/random.ts';

const naiveMedian = (samples: number[]) => {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? (sorted[Math.floor(middle)] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

test('the median is that of a naive reference, and lies in its interval, which lies in the range of the samples', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 12 }), (samples) => {
      const estimate = estimateMedian(samples);
      expect(estimate?.median).toBe(naiveMedian(samples));
      expect(estimate?.samples).toBe(samples.length);
      expect(estimate?.low).toBeGreaterThanOrEqual(Math.min(...samples));
      expect(estimate?.high).toBeLessThanOrEqual(Math.max(...samples));
      expect(estimate?.low).toBeLessThanOrEqual(naiveMedian(samples));
      expect(estimate?.high).toBeGreaterThanOrEqual(naiveMedian(samples));
    }),
    { numRuns: 40 },
  );
});

test('degenerate samples: none, one, all equal', () => {
  expect(estimateMedian([])).toBeUndefined();
  expect(estimateMedian([7])).toEqual({ median: 7, low: 7, high: 7, samples: 1 });
  expect(estimateMedian([3, 3, 3])).toEqual({ median: 3, low: 3, high: 3, samples: 3 });
});

test('the interval is near the exact one: binomial ranks of the median for 1…99', () => {
  // Exact 95 % ranks of the median of 99: 40 and 60.
  const estimate = estimateMedian(Array.from({ length: 99 }, (_, index) => index + 1));
  expect(Math.abs((estimate?.low ?? 0) - 40)).toBeLessThanOrEqual(2);
  expect(Math.abs((estimate?.high ?? 0) - 60)).toBeLessThanOrEqual(2);
});

test('the same samples give the same interval', () => {
  expect(estimateMedian([5, 1, 9, 2])).toEqual(estimateMedian([5, 1, 9, 2]));
});

test('seeded numbers: same seed, same numbers; within [0, 1); their mean is a half', () => {
  const numbers = (seed: number) => Array.from({ length: 10_000 }, seededRandom(seed));
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
  expect(Math.min(...numbers(7))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers(7))).toBeLessThan(1);
  expect(numbers(7).reduce((a, b) => a + b) / 10_000).toBeCloseTo(0.5, 1);
});

test('an outlier is far from the others by their own spread; few or equal samples have none', () => {
  expect(findOutliers([100, 101, 99, 100.5, 180])).toEqual([4]);
  expect(findOutliers([100, 101, 99, 102, 98])).toEqual([]);
  expect(findOutliers([1, 1, 1, 1, 9])).toEqual([]);
  expect(findOutliers([1, 2, 90])).toEqual([]);
});
