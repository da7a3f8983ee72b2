import { expect, test } from 'vitest';
import type { Cell } from '../../../src/model/result.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { compareToReference } from '../../../src/stats/compare.ts';
import { returnedShareAfter, returnHalfLifeMs } from '../../../src/stats/curve.ts';
import { cellOf, phasesOf, timelineOf } from '../../fixtures/cells.ts';

const run = (configuration: string, settledMiB: number[], burstMs = 1000): Cell[] =>
  settledMiB.map((settled, index) =>
    cellOf({ configuration, repeat: index + 1, burstMs, phases: phasesOf({ baseline: 200, loaded: 1000, settled }) }),
  );
const glibc = run('glibc', [900, 905, 910, 895, 900, 902]);

test('smaller in every one of six pairs is smaller; the ratio of the scan is paired as well', () => {
  const comparison = compareToReference(run('mmap', [250, 260, 255, 250, 258, 252], 2500), glibc, 'glibc');
  expect(comparison).toMatchObject({ reference: 'glibc', verdict: 'smaller' });
  expect(comparison?.settledDifferenceBytes).toMatchObject({ median: -647.5 * bytesPerMiB, samples: 6 });
  expect(comparison?.burstMsRatio?.median).toBe(2.5);
});

test('five pairs are too few to tell, however large the difference', () => {
  expect(compareToReference(run('mmap', [1, 1, 1, 1, 1]), glibc, 'glibc')?.verdict).toBe('too few repeats');
});

test('now above and now below is no difference; above in all is larger', () => {
  expect(compareToReference(run('x', [910, 895, 905, 900, 910, 890]), glibc, 'glibc')?.verdict).toBe('no difference');
  expect(compareToReference(run('x', [990, 995, 995, 990, 990, 990]), glibc, 'glibc')?.verdict).toBe('larger');
});

test('only pairs of the same block with both cells ok count', () => {
  const cells = run('x', [100, 100]);
  const reference = [...run('glibc', [900]), cellOf({ configuration: 'glibc', repeat: 2, state: 'failed', reason: 'x' })];
  expect(compareToReference(cells, reference, 'glibc')?.settledDifferenceBytes.samples).toBe(1);
  expect(compareToReference(cells, [], 'glibc')).toBeUndefined();
});

/** 200 MiB at first, 1000 when loaded at 1 s, collected at 2 s, then down to 600 at 4 s; settled at 8 s. */
const falling = cellOf({
  phases: {
    baseline: { atMs: 0, rssBytes: 200 * bytesPerMiB },
    loaded: { atMs: 1000, rssBytes: 1000 * bytesPerMiB },
    collected: { atMs: 2000, rssBytes: 1000 * bytesPerMiB },
    settled: { atMs: 8000, rssBytes: 600 * bytesPerMiB },
  },
  timeline: timelineOf([0, 1000, 2000, 3000, 4000, 5000, 8000], [200, 1000, 1000, 800, 600, 600, 600]),
});

test('returned share some time after collected is that of the last sample until then', () => {
  expect(returnedShareAfter(falling, 100)).toBe(0);
  expect(returnedShareAfter(falling, 1000)).toBe(0.25);
  expect(returnedShareAfter(falling, 1999)).toBe(0.25);
  expect(returnedShareAfter(falling, 5000)).toBe(0.5);
});

test('nothing is said of a time that was not watched', () => {
  expect(returnedShareAfter(falling, 10_000)).toBeUndefined();
  const { timeline: _, ...withoutTimeline } = falling;
  expect(returnedShareAfter(withoutTimeline, 1000)).toBeUndefined();
});

test('half-life: from the end of the scan until half of what came back was back; nothing returned has none', () => {
  expect(returnHalfLifeMs(falling)).toBe(2000);
  const kept = { ...falling.phases, settled: { atMs: 8000, rssBytes: 990 * bytesPerMiB } };
  expect(returnHalfLifeMs(cellOf({ ...falling, phases: kept }))).toBeUndefined();
});
