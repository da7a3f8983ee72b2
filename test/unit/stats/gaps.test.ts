import { expect, test } from 'vitest';
import { findGaps } from '../../../src/stats/gaps.ts';

test('a gap is longer than five intervals, and told by its two ends', () => {
  expect(findGaps([0, 5, 30, 55.1, 60], 5)).toEqual([{ fromMs: 30, toMs: 55.1 }]);
  expect(findGaps([0, 25, 50], 5)).toEqual([]);
});

test('less than two samples have no gap', () => {
  expect(findGaps([], 5)).toEqual([]);
  expect(findGaps([100], 5)).toEqual([]);
});
