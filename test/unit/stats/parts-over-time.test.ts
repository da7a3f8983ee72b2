import { describe, expect, test } from 'vitest';
import type { Cell } from '../../../src/model/result.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { partsOverTime, stackedParts } from '../../../src/stats/parts-over-time.ts';
import { cellOf, timelineOf } from '../../fixtures/cells.ts';

const mib = (values: readonly (number | null)[]) => values.map((value) => value && value * bytesPerMiB);

/** Ten seconds: 100 MiB of Java heap, 20 of files, live bytes that come and go. */
function cellWith(changes: Partial<Cell['timeline']> = {}): Cell {
  const at = Array.from({ length: 101 }, (_, index) => index * 100);
  const timeline = timelineOf(
    at,
    at.map((ms) => (ms < 5000 ? 300 : ms === 7000 ? 390 : 250)),
    at.map((ms) => (ms < 5000 ? 150 : 10)),
  );
  const details = {
    atMs: [0, 2000, 10_000],
    rssBytes: mib([200, 300, 250]),
    anonymousBytes: mib([190, 280, 230]),
    javaHeapRssBytes: mib([null, 100, 100]),
    swapBytes: mib([0, 0, 0]),
    cgroupBytes: mib([0, 0, 0]),
  } as Cell['timeline'] extends infer T ? (T extends { details: infer D } ? D : never) : never;
  return cellOf({ timeline: { ...timeline, details, ...changes } });
}
const partsAt = (cell: Cell, index: number, moments = 8) => {
  const stacked = partsOverTime(cell, moments);
  return stacked && stackedParts.map((part) => (stacked.parts[part][index] ?? Number.NaN) / bytesPerMiB);
};

describe('what RSS was made of', () => {
  test('begins where the heap is known, and the parts sum up to RSS', () => {
    const stacked = partsOverTime(cellWith(), 8);
    expect(stacked?.atMs[0]).toBe(2000);
    expect(stacked?.atMs).toHaveLength(8);
    expect(partsAt(cellWith(), 0)).toEqual([100, 150, 30, 20]);
    expect(partsAt(cellWith(), 7)).toEqual([100, 10, 120, 20]);
  });

  test('a peak of one sample is not lost', () => {
    expect(partsAt(cellWith(), 4)).toEqual([100, 10, 260, 20]);
  });

  test('live bytes that are not resident are not drawn', () => {
    const cell = cellWith();
    const liveBytes = cell.timeline?.liveBytes?.map(() => 999 * bytesPerMiB) ?? [];
    expect(partsAt(cellWith({ liveBytes }), 0)).toEqual([100, 180, 0, 20]);
  });

  test('between two exact readings there is a straight line', () => {
    const cell = cellWith();
    const details = cell.timeline?.details;
    if (!details) throw new Error('the fixture has details');
    const rising = { ...details, javaHeapRssBytes: mib([null, 40, 120]) };
    const heaps = partsOverTime(cellWith({ details: rising }), 8)?.parts['java heap'].map((bytes) =>
      Math.round(bytes / bytesPerMiB),
    );
    expect(heaps?.[0]).toBe(40);
    expect(heaps?.at(-1)).toBe(111);
  });

  test('of a program without a Java heap it begins with the first reading', () => {
    const cell = cellWith();
    const details = cell.timeline?.details;
    if (!details) throw new Error('the fixture has details');
    const native = cellWith({ details: { ...details, javaHeapRssBytes: [null, null, null] } });
    expect(partsOverTime(native, 8)?.atMs[0]).toBe(0);
    expect(partsAt(native, 0)).toEqual([0, 150, 140, 10]);
  });

  test.each([
    ['live bytes', { liveBytes: undefined }],
    [
      'exact readings',
      { details: { atMs: [], rssBytes: [], anonymousBytes: [], javaHeapRssBytes: [], swapBytes: [], cgroupBytes: [] } },
    ],
  ])('without %s there is nothing to divide by', (_, changes) => {
    expect(partsOverTime(cellWith(changes as never), 8)).toBe(undefined);
  });

  test('a sampler that was kept away leaves the level as it was', () => {
    const cell = cellWith();
    const { atMs = [], rssBytes = [], liveBytes = [] } = cell.timeline ?? {};
    const kept = atMs.flatMap((at, index) => (at > 2500 && at < 9000 ? [] : [index]));
    const gap = {
      atMs: kept.map((index) => atMs[index] ?? 0),
      rssBytes: kept.map((index) => rssBytes[index] ?? 0),
      liveBytes: kept.map((index) => liveBytes[index] ?? 0),
    };
    expect(partsOverTime(cellWith(gap), 8)?.atMs).toHaveLength(8);
    expect(partsAt(cellWith(gap), 3)?.every(Number.isFinite)).toBe(true);
  });
});
