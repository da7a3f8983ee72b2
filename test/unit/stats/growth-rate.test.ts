import { expect, test } from 'vitest';
import { blocks, growthRate } from '../../../src/stats/growth-rate.ts';
import { seededRandom } from '../../../src/stats/random.ts';
import type { Point } from '../../../src/stats/steady-growth.ts';

const minuteMs = 60_000;
/** Eleven points in five seconds each. */
const spanMs = 5000;
const pointsOf = (valueAt: (share: number) => number): Point[] =>
  Array.from({ length: blocks + 1 }, (_, index) => ({ atMs: 1000 + (index * spanMs) / blocks, value: valueAt(index / blocks) }));

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

test('a line has its slope, and no width', () => {
  expect(growthRate(pointsOf((share) => 7919 + 600 * share))).toEqual({
    bytesPerMinute: (600 * minuteMs) / spanMs,
    lowPerMinute: 7200,
    highPerMinute: 7200,
    grownBytes: 600,
    isSteady: true,
  });
});

test('by hand: blocks of 0 and of 2 in turn have a mean of 1 and a deviation of 1.0541', () => {
  const steps = pointsOf((share) => 2 * Math.floor((Math.round(share * blocks) + 1) / 2));
  const rate = growthRate(steps);
  const perMinute = minuteMs / (spanMs / blocks);
  const margin = (2.262 * Math.sqrt(10 / 9)) / Math.sqrt(10);
  expect(rate).toMatchObject({
    bytesPerMinute: perMinute,
    lowPerMinute: Math.round(perMinute * (1 - margin)),
    highPerMinute: Math.round(perMinute * (1 + margin)),
  });
});

test('what stops half way is not steady, and another number of points is no rate', () => {
  expect(growthRate(pointsOf((share) => Math.min(share, 0.5) * 1000))).toMatchObject({ grownBytes: 500, isSteady: false });
  expect(growthRate(pointsOf((share) => share).slice(1))).toBe(undefined);
});

test.each([
  ['whose steps are independent of each other', 0],
  ['with noise about it that hangs together', 0.9],
])('the interval holds the true rate of a growth %s, in 95 of 100 runs', (_, correlation) => {
  const random = seededRandom(7919);
  const truth = 1_000_003;
  const held = Array.from({ length: 1000 }, () => {
    let [walk, noise] = [0, normal(random)];
    const points = pointsOf((share) => {
      if (correlation === 0) walk += normal(random) * 40_000;
      noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal(random);
      return (truth * share * spanMs) / minuteMs + (correlation === 0 ? walk : noise * 20_000);
    });
    const { lowPerMinute = Number.NaN, highPerMinute = Number.NaN } = growthRate(points) ?? {};
    return lowPerMinute <= truth && truth <= highPerMinute;
  }).filter(Boolean).length;
  expect(held).toBeGreaterThanOrEqual(930);
});
