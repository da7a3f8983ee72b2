import { expect, test } from 'vitest';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { burstBytes, retainedBytes, returnedShare } from '../../../src/stats/returned.ts';
import { summariseRun } from '../../../src/stats/summary.ts';
import { cellOf, phasesOf } from '../../fixtures/cells.ts';

test('returned is the share of the burst given back', () => {
  const cell = cellOf({ phases: phasesOf({ baseline: 200, loaded: 1000, settled: 400, trimmed: 240 }) });
  expect(burstBytes(cell)).toBe(800 * bytesPerMiB);
  expect(returnedShare(cell, 'settled')).toBe(0.75);
  expect(returnedShare(cell, 'trimmed')).toBe(0.95);
});

test('returned is undefined without a burst, and for a phase that was not reached', () => {
  expect(returnedShare(cellOf({ phases: phasesOf({ baseline: 200, loaded: 231, settled: 200 }) }), 'settled')).toBeUndefined();
  expect(returnedShare(cellOf({ phases: phasesOf({ baseline: 200, loaded: 1000 }) }), 'settled')).toBeUndefined();
  expect(returnedShare(cellOf({}), 'settled')).toBeUndefined();
});

test('returned below zero is growth after the scan, above one is less than at the start', () => {
  expect(returnedShare(cellOf({ phases: phasesOf({ baseline: 200, loaded: 300, settled: 310 }) }), 'settled')).toBeCloseTo(-0.1);
  expect(returnedShare(cellOf({ phases: phasesOf({ baseline: 200, loaded: 300, settled: 190 }) }), 'settled')).toBeCloseTo(1.1);
});

test('retained is growth of RSS that growth of live bytes does not explain, and unknown without live bytes', () => {
  const phases = phasesOf({ baseline: [200, 20], loaded: [1000, 700], settled: [900, 50] });
  expect(retainedBytes(cellOf({ phases }))).toBe(670 * bytesPerMiB);
  expect(retainedBytes(cellOf({ phases: phasesOf({ baseline: 200, settled: 900 }) }))).toBeUndefined();
});

test('where the parts of RSS are known, retained is of the allocator’s and of what nobody could place', () => {
  const phases = phasesOf({ baseline: [200, 20], loaded: [1000, 700], settled: [900, 50] });
  const parts = (malloc: number, unexplained: number, code: number) => ({
    'glibc arenas': malloc * bytesPerMiB,
    unexplained: unexplained * bytesPerMiB,
    'code cache': code * bytesPerMiB,
    'mapped files': code * bytesPerMiB,
  });
  const [before, after] = [phases.baseline, phases.settled];
  if (!before || !after) throw new Error('no phases');
  const divided = { ...phases, baseline: { ...before, partsRssBytes: parts(31, 2, 11) } };
  expect(retainedBytes(cellOf({ phases: divided }))).toBe(670 * bytesPerMiB);
  const both = { ...divided, settled: { ...after, partsRssBytes: parts(113, 5, 97) } };
  expect(retainedBytes(cellOf({ phases: both }))).toBe((113 + 5 - 31 - 2 - 30) * bytesPerMiB);
  // The Java heap of this JVM is not known, but its parts are.
  const { nativeRssBytes: _, ...unknown } = both.settled;
  expect(retainedBytes(cellOf({ phases: { ...both, settled: unknown } }))).toBe(55 * bytesPerMiB);
});

test('a summary has medians of ok cells only, and leaves out what no cell measured', () => {
  const settled = (mib: number) => phasesOf({ baseline: 200, loaded: 1000, settled: mib });
  const cells = [
    cellOf({ repeat: 1, phases: settled(900), burstMs: 1000 }),
    cellOf({ repeat: 2, phases: settled(800), burstMs: 3000 }),
    cellOf({ repeat: 3, state: 'failed', reason: 'x', phases: settled(100) }),
    cellOf({ configuration: 'mmap', state: 'skipped', reason: 'y' }),
  ];
  const [glibc, mmap] = summariseRun(cells, { order: ['glibc', 'mmap', 'jemalloc'], reference: 'glibc' }).summary;
  expect(glibc).toMatchObject({ configuration: 'glibc', cells: 3, okCells: 2, outliers: [] });
  expect(Object.keys(glibc?.figures ?? {}).sort()).toEqual(['burstBytes', 'burstMs', 'returned', 'settledBytes']);
  expect(glibc?.figures.settledBytes).toEqual({
    median: 850 * bytesPerMiB,
    low: 800 * bytesPerMiB,
    high: 900 * bytesPerMiB,
    samples: 2,
  });
  expect(glibc?.figures.burstMs?.median).toBe(2000);
  expect(mmap).toEqual({ configuration: 'mmap', cells: 1, okCells: 0, figures: {}, outliers: [] });
});
