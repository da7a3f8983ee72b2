import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextPercentage, type TriedPercentage } from '../../../src/stats/percentage-search.ts';

const grid = Array.from({ length: 12 }, (_, at) => 25 + 5 * at);

/** Searches to the end where each percentage has a limit, of which only a smaller one than the best is told. */
function search(limitOf: (percentage: number) => number, steps = grid) {
  const tried: TriedPercentage[] = [];
  let smallest = Number.POSITIVE_INFINITY;
  for (;;) {
    const percentage = nextPercentage(steps, tried);
    if (percentage === undefined) return { tried: tried.map((one) => one.percentage), smallest };
    expect(steps).toContain(percentage);
    expect(tried.map((one) => one.percentage)).not.toContain(percentage);
    const limitBytes = limitOf(percentage);
    tried.push({ percentage, limitBytes: limitBytes < smallest ? limitBytes : undefined });
    smallest = Math.min(smallest, limitBytes);
  }
}

/** A heap that needs so much, beside so much native memory: both have to have their part of the limit. */
const needs = (heapMiB: number, nativeMiB: number) => (percentage: number) =>
  Math.max(heapMiB / (percentage / 100), nativeMiB / (1 - percentage / 100));

describe('nextPercentage', () => {
  test('finds the best of twelve in at most seven', () => {
    const { tried, smallest } = search(needs(61, 59));
    expect(smallest).toBeCloseTo(122, 9);
    expect(tried).toEqual([60, 45, 35, 50, 55]);
  });

  test('finds the smallest limit of every program, and mostly by half of the percentages', () => {
    const sizes = fc.record({ heapMiB: fc.integer({ min: 1, max: 10_000 }), nativeMiB: fc.integer({ min: 1, max: 10_000 }) });
    fc.assert(
      fc.property(sizes, ({ heapMiB, nativeMiB }) => {
        const limitOf = needs(heapMiB, nativeMiB);
        const { tried, smallest } = search(limitOf);
        expect(smallest).toBe(Math.min(...grid.map(limitOf)));
        expect(tried.length).toBeLessThanOrEqual(7);
      }),
    );
  });

  test('ends at either end', () => {
    expect(search((percentage) => percentage).smallest).toBe(25);
    expect(search((percentage) => -percentage).smallest).toBe(-80);
  });

  test('a grid of one or two', () => {
    expect(search(() => 7, [50]).tried).toEqual([50]);
    expect(search((percentage) => percentage, [50, 75]).smallest).toBe(50);
  });

  test('where none is survived it ends', () => {
    expect(search(() => Number.POSITIVE_INFINITY).tried.length).toBeLessThanOrEqual(7);
  });
});
