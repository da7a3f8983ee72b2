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

const options = { reference: 'glibc', rules: { minSaving: 0.05, maxCost: 0.05 }, risk: 0.05 };
const compared = (cells: readonly Cell[], others: readonly Cell[] = glibc) => compareToReference(cells, others, options);

test('the ratio is a geometric mean over pairs, the difference what that is of the reference, and costs are paired as well', () => {
  const comparison = compared(run('mmap', [225, 225, 225, 225, 225, 225], 2500), run('glibc', [900, 900, 900, 900, 900, 900]));
  expect(comparison).toMatchObject({ reference: 'glibc', verdict: 'smaller', settledRatio: { rounds: 6 } });
  expect(comparison?.settledRatio.mean).toBeCloseTo(0.25, 12);
  expect(comparison?.settledDifferenceBytes).toMatchObject({ mean: -675 * bytesPerMiB, rounds: 6 });
  // All are alike: half of the interval is two times the least deviation, 0.5 %.
  expect(comparison?.settledRatio.low).toBeCloseTo(0.25 * 0.99, 3);
  expect(comparison?.settledRatio.high).toBeCloseTo(0.25 * 1.01, 3);
  expect(comparison?.burstMsRatio?.mean).toBeCloseTo(2.5, 12);
  expect(comparison?.costs).toMatchObject([{ name: 'load time', judgement: 'above' }]);
});

test('two pairs are too few to tell, however large the difference', () => {
  const comparison = compared(run('mmap', [1, 1]));
  expect(comparison?.verdict).toBe('too few rounds');
  expect(comparison?.settledRatio).not.toHaveProperty('low');
  expect(comparison?.settledDifferenceBytes).not.toHaveProperty('high');
});

test('now above and now below is not smaller; above in all is larger', () => {
  expect(compared(run('x', [910, 895, 905, 900, 910, 890]))?.verdict).toBe('not smaller');
  expect(compared(run('x', [990, 995, 995, 990, 990, 990]))?.verdict).toBe('larger');
  expect(compared(run('x', [700, 1100, 800, 950, 870, 1010]))).toMatchObject({
    verdict: 'undecided',
    roundsToTell: expect.any(Number),
  });
});

test('only pairs of the same round with both cells ok count', () => {
  const cells = run('x', [100, 100]);
  const reference = [...run('glibc', [900]), cellOf({ configuration: 'glibc', repeat: 2, state: 'failed', reason: 'x' })];
  expect(compared(cells, reference)?.settledDifferenceBytes.rounds).toBe(1);
  expect(compared(cells, [])).toBeUndefined();
});

test('bounds that tell nothing are none', () => {
  const wild = compared(run('x', [1, 100_000, 3, 50_000]));
  expect(wild?.settledRatio).toEqual({ mean: expect.any(Number), rounds: 4 });
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
