import { expect, test } from 'vitest';
import { formatRoughTime } from '../../../src/model/units.ts';
import { TimeLeft } from '../../../src/stats/time-left.ts';

const seconds = (count: number) => count * 1000;
const cell = (position: number, phase?: string) => ({ position, phase });

test('the median of the cells that were run, for each one to come and the rest of this one', () => {
  const time = new TimeLeft();
  time.observe(cell(1), seconds(0));
  time.observe(cell(1, 'baseline'), seconds(3));
  expect(time.leftMs(7, seconds(5))).toBe(undefined);
  time.observe(cell(2), seconds(11));
  expect(time.leftMs(7, seconds(11))).toBe(seconds(11 + 5 * 11));
  time.observe(cell(2, 'baseline'), seconds(15));
  expect(time.leftMs(7, seconds(15))).toBe(seconds(7 + 5 * 11));
  // 11 and 17 s were run: 14 are usual.
  time.observe(cell(3, 'baseline'), seconds(28));
  expect(time.leftMs(7, seconds(28))).toBe(seconds(14 + 4 * 14));
  // This one takes longer than usual.
  expect(time.leftMs(7, seconds(59))).toBe(seconds(4 * 14));
});

test('what cannot be tried here is no cell that was run', () => {
  const time = new TimeLeft();
  time.observe(cell(1, 'baseline'), seconds(0));
  time.observe(cell(2), seconds(10));
  time.observe(cell(3, 'baseline'), seconds(10.1));
  time.observe(cell(4), seconds(20.1));
  expect(time.leftMs(10, seconds(20.1))).toBeCloseTo(seconds(10 + 6 * 10), 6);
});

test('a cell that never got ready has taken its time', () => {
  const time = new TimeLeft();
  time.observe(cell(1), seconds(0));
  time.observe(cell(2), seconds(61));
  expect(time.leftMs(3, seconds(61))).toBe(seconds(61 + 61));
});

test('a run that goes on knows the cells of the first', () => {
  const time = new TimeLeft([seconds(5), seconds(7), seconds(97)]);
  time.observe(cell(4), seconds(1));
  expect(time.leftMs(5, seconds(1))).toBe(seconds(14));
});

test('roughly: seconds below a minute and a half, then minutes', () => {
  expect([0, 400, 40_400, 89_999, 90_000, 841_000, 7_800_000].map(formatRoughTime)).toEqual([
    ...['1 s', '1 s', '40 s', '90 s', '2 min', '14 min', '2 h 10 min'],
  ]);
});
