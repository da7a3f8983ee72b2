import { expect, test } from 'vitest';
import { expectedTrimMs } from '../../../src/stats/trim-cost.ts';

const gib = 1024 ** 3;

test('it grows with what is given back', () => {
  expect(expectedTrimMs('glibc', gib)).toBe(75);
  expect(expectedTrimMs('glibc', 4 * gib)).toBe(300);
});

test('a trim that gives nothing back takes its time, too', () => {
  expect([0, -4096, 4096].map((bytes) => expectedTrimMs('glibc', bytes))).toEqual([1, 1, 1]);
});

test('what was not measured is not known', () => {
  expect(expectedTrimMs('scudo', gib)).toBeUndefined();
});
