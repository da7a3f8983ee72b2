import { describe, expect, test } from 'vitest';
import { Thinned } from '../../../src/exporter/thinned.ts';
import { mostKeptLooks } from '../../../src/model/kept-looks.ts';

function after(count: number, most: number): readonly number[] {
  const history = new Thinned<number>(most);
  for (let item = 0; item < count; item++) history.add(item);
  return history.items;
}

describe('a history', () => {
  test.each([
    [0, []],
    [7, [0, 1, 2, 3, 4, 5, 6]],
    [8, [0, 2, 4, 6, 7]],
    [10, [0, 2, 4, 6, 7, 8, 9]],
    [11, [0, 4, 7, 9, 10]],
    [14, [0, 7, 10, 12, 13]],
  ])('of 7 at most, after %i', (count, kept) => {
    expect(after(count, 7)).toEqual(kept);
  });

  test('of an even number keeps the last as well, which is no second one', () => {
    expect(after(65, 64)).toEqual([...Array.from({ length: 32 }, (_, index) => 2 * index), 63, 64]);
  });

  test('has the first and the last of a life of any length, in order, and more of the recent ones', () => {
    for (const count of [1, 63, 64, 65, 1009, 100_003]) {
      const kept = after(count, mostKeptLooks);
      expect(kept.length).toBeLessThanOrEqual(mostKeptLooks);
      expect([kept[0], kept.at(-1)]).toEqual([0, count - 1]);
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
    }
    const gaps = after(100_003, mostKeptLooks).map((item, index, all) => item - (all[index - 1] ?? 0));
    const average = (of: readonly number[]) => of.reduce((sum, gap) => sum + gap, 0) / of.length;
    expect(average(gaps.slice(-8))).toBeLessThan(average(gaps.slice(1, 9)));
  });

  test('goes on with what it was begun with, and cuts what was too long', () => {
    const history = new Thinned(4, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    history.add(9);
    expect(history.items).toEqual([0, 4, 8, 9]);
  });
});
