import { expect, test } from 'vitest';
import { recentSlope } from '../../../src/stats/slope.ts';

const from = (startMs: number, stepMs: number, levels: readonly number[]) =>
  levels.map((bytes, index) => ({ atMs: startMs + index * stepMs, bytes }));

test('bytes a minute over the last minute: what was before does not count', () => {
  const before = from(
    0,
    500,
    Array.from({ length: 200 }, (_, tick) => 1_000_000 - tick * 4999),
  );
  // 1,013 bytes a second from here on, for 61 seconds.
  const last = from(
    100_000,
    500,
    Array.from({ length: 123 }, (_, tick) => 7 + (tick * 1013) / 2),
  );
  expect(recentSlope([...before, ...last])).toBeCloseTo(60 * 1013, 6);
});

test('of samples that are rarer the last three, also after weeks', () => {
  const weeksMs = 3e9;
  expect(recentSlope(from(weeksMs, 60_000, [5, 17, 29, 53, 53]))).toBeCloseTo(12, 6);
});

test('less than three samples or ten seconds have no slope', () => {
  expect(recentSlope([])).toBeUndefined();
  expect(recentSlope(from(0, 60_000, [1, 2]))).toBeUndefined();
  expect(
    recentSlope(
      from(
        0,
        500,
        Array.from({ length: 20 }, () => 3),
      ),
    ),
  ).toBeUndefined();
  expect(
    recentSlope(
      from(
        0,
        500,
        Array.from({ length: 21 }, () => 3),
      ),
    ),
  ).toBe(0);
});
