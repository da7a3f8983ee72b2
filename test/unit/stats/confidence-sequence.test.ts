import { expect, test } from 'vitest';
import { countUntil, meanInterval } from '../../../src/stats/confidence-sequence.ts';
import { seededRandom } from '../../../src/stats/random.ts';

const sure = { risk: 0.05, leastDeviation: 0 };

test('the interval is that of the Bayes factor: at its bounds it is 1 / risk', () => {
  const values = [3, 5, 4, 8, 6, 4];
  const interval = meanInterval(values, sure);
  // Of the t statistic against the bound, with the effect's variance of 10.
  const factor = (mean: number) => {
    const count = values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - 5) ** 2, 0) / (count - 1));
    const t2 = (count * (5 - mean) ** 2) / deviation ** 2;
    const growth = 1 + 10 * count;
    return growth ** -0.5 * ((1 + t2 / (count - 1)) / (1 + t2 / ((count - 1) * growth))) ** (count / 2);
  };
  expect(factor(interval?.low ?? Number.NaN)).toBeCloseTo(20, 9);
  expect(factor(interval?.high ?? Number.NaN)).toBeCloseTo(20, 9);
  expect(((interval?.low ?? 0) + (interval?.high ?? 0)) / 2).toBeCloseTo(5, 12);
});

test('few values have no bound, and the more sure it is to be the more values it takes', () => {
  expect(meanInterval([], sure)).toBeUndefined();
  expect(meanInterval([1, 2], sure)).toBeUndefined();
  expect(meanInterval([1, 2, 3], sure)).toBeDefined();
  expect(meanInterval([1, 2, 3], { ...sure, risk: 0.005 })).toBeUndefined();
  expect(meanInterval([1, 2, 3, 4], { ...sure, risk: 0.005 })).toBeDefined();
});

test('values that are all alike are as sure as the least deviation allows, and no surer', () => {
  const { low = 0, high = 0 } = meanInterval([7, 7, 7, 7, 7, 7], { risk: 0.05, leastDeviation: 0.5 }) ?? {};
  expect(high - low).toBeCloseTo(2 * 2.0 * 0.5, 1);
  expect((high + low) / 2).toBe(7);
});

test('it is left by no more than the risk, though one looks after each of sixty values', () => {
  const random = seededRandom(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const runs = 1000;
  const left = Array.from({ length: runs }).filter(() => {
    const values: number[] = [];
    return Array.from({ length: 60 }).some(() => {
      values.push(normal());
      const interval = meanInterval(values, sure);
      return interval !== undefined && (interval.low > 0 || interval.high < 0);
    });
  }).length;
  expect(left / runs).toBeLessThan(0.05);
  // A sequence that is never left would be of no use: this one is, now and then.
  expect(left).toBeGreaterThan(0);
});

test('how many values it takes is where the interval is that narrow, and not one sooner', () => {
  // Of a deviation of 1 whatever their number.
  const values = [-1, 1, 0];
  const count = countUntil(values, { halfWidth: 0.7, most: 1000, ...sure }) ?? 0;
  const of = (length: number) => {
    const spread = Math.sqrt((length - 1) / (2 * Math.floor(length / 2)));
    const alternating = Array.from({ length }, (_, index) =>
      length % 2 === 1 && index === 0 ? 0 : index % 2 === 0 ? spread : -spread,
    );
    const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = meanInterval(alternating, sure) ?? {};
    return (high - low) / 2;
  };
  expect(count).toBe(29);
  expect(of(count)).toBeLessThanOrEqual(0.7);
  expect(of(count - 1)).toBeGreaterThan(0.7);
  expect(countUntil(values, { halfWidth: 0.7, most: 20, ...sure })).toBeUndefined();
  expect(countUntil([1], { halfWidth: 0.7, most: 20, ...sure })).toBeUndefined();
});
