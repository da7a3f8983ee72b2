import { describe, expect, test } from 'vitest';
import type { Bound } from '../../../src/model/guard.ts';
import { quantities } from '../../../src/model/quantities.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { growthPerMinute } from '../../../src/stats/growth.ts';
import { judgeBound, judgeBoundOver, measureQuantity } from '../../../src/stats/quantities.ts';
import { cellOf, phasesOf, timelineOf } from '../../fixtures/cells.ts';

const bound = (quantity: string, limit: number, changes: Partial<Bound> = {}): Bound => ({
  ...{ quantity, isMetric: false, kind: 'max', unit: 'bytes', limit },
  ...changes,
});
const cell = cellOf({
  phases: phasesOf({ baseline: [100, 10], loaded: [300, 200], settled: [250, 12] }),
  timeline: timelineOf([0, 1000, 2000], [50, 320, 250]),
  metrics: { p99: { value: 7 } },
});

test('a bound that is met exactly is kept, a byte over it breaks', () => {
  expect(judgeBound(cell, bound('settled', 250 * bytesPerMiB)).state).toBe('kept');
  expect(judgeBound(cell, bound('settled', 250 * bytesPerMiB - 1)).state).toBe('broken');
  expect(judgeBound(cell, bound('returned', 0.25, { kind: 'min', unit: 'share' })).state).toBe('kept');
  expect(judgeBound(cell, bound('returned', 0.26, { kind: 'min', unit: 'share' })).state).toBe('broken');
});

test('quantities, by what they are', () => {
  const measured = Object.fromEntries(Object.keys(quantities).map((name) => [name, measureQuantity(name, cell)]));
  expect(measured).toMatchObject({
    retained: 148 * bytesPerMiB,
    settled: 250 * bytesPerMiB,
    live: 12 * bytesPerMiB,
    'live-growth': 2 * bytesPerMiB,
    burst: 200 * bytesPerMiB,
    peak: 320 * bytesPerMiB,
    returned: 0.25,
  });
  expect(measured['cpu-time']).toBeUndefined();
  expect(measureQuantity('toString', cell)).toBeUndefined();
  expect(judgeBound(cell, bound('cpu-time', 1)).state).toBe('unknown');
  expect(judgeBound(cellOf({}), bound('peak', 1)).state).toBe('unknown');
});

test('metrics by their own name', () => {
  expect(judgeBound(cell, bound('p99', 7, { isMetric: true })).state).toBe('kept');
  expect(judgeBound(cell, bound('p99', 8, { isMetric: true, kind: 'min' })).state).toBe('broken');
  expect(judgeBound(cell, bound('settled', 1, { isMetric: true })).state).toBe('unknown');
});

test('growth is the slope of the second half: warming up is none', () => {
  const atMs = Array.from({ length: 61 }, (_, second) => second * 1000);
  const phases = phasesOf({ baseline: 0, loaded: 0 });
  if (!phases.loaded) throw new Error('the fixture has this phase');
  const under = (loadedAtMs: number, levels: (second: number) => number) =>
    growthPerMinute(
      cellOf({
        phases: { ...phases, loaded: { ...phases.loaded, rssBytes: 0, atMs: loadedAtMs } },
        timeline: timelineOf(
          atMs,
          atMs.map((at) => levels(at / 1000)),
        ),
      }),
    );
  expect(under(60_000, (second) => Math.min(second, 20) * 10)).toBeCloseTo(0);
  expect(under(60_000, (second) => 100 + second / 2)).toBeCloseTo(30 * bytesPerMiB);
  expect(under(9_999, (second) => second)).toBeUndefined();
  expect(under(10_000, (second) => second)).toBeCloseTo(60 * bytesPerMiB);
});

describe('over several runs', () => {
  const bound = { quantity: 'settled', isMetric: false, kind: 'max', unit: 'bytes', limit: 100 * 2 ** 20 } as const;
  const runs = (...settled: number[]) => settled.map((mib) => cellOf({ phases: phasesOf({ settled: mib }) }));

  test('the median keeps to a bound, and each run is told', () => {
    expect(judgeBoundOver(runs(90, 100, 130), bound)).toEqual({
      ...{ bound, measured: 100 * 2 ** 20, runs: [90, 100, 130].map((mib) => mib * 2 ** 20), state: 'kept' },
    });
    expect(judgeBoundOver(runs(90, 101, 130), bound).state).toBe('broken');
    expect(judgeBoundOver(runs(90), bound)).toEqual({ bound, measured: 90 * 2 ** 20, state: 'kept' });
  });

  test('one run in which it was not measured leaves it unknown', () => {
    expect(judgeBoundOver([...runs(90, 90), cellOf({})], bound)).toEqual({ bound, measured: undefined, state: 'unknown' });
  });
});
