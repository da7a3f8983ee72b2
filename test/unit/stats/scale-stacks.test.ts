import { expect, test } from 'vitest';
import { scaleStacks } from '../../../src/stats/scale-stacks.ts';

const stack = (name: string, bytes: number) => ({ frames: ['main', name], bytes });

test('a block that is smaller than the distance of two samples stands for it, a larger one for itself', () => {
  const sizes = [stack('large', 900_007), stack('small', 11 * 144), stack('once', 144)];
  const counts = [stack('small', 11), stack('large', 3), stack('once', 1)];
  expect(scaleStacks(sizes, counts, 65_536)).toEqual([stack('large', 900_007), stack('small', 720_896), stack('once', 65_536)]);
});

test('where each block was recorded nothing is scaled', () => {
  expect(scaleStacks([stack('small', 11 * 144)], [stack('small', 11)], 0)).toEqual([stack('small', 1584)]);
});

test('stacks of the same name are one', () => {
  const sizes = [stack('?', 100), stack('?', 300)];
  expect(scaleStacks(sizes, [stack('?', 1), stack('?', 2)], 1000)).toEqual([stack('?', 3000)]);
  expect(scaleStacks(sizes, [], 1000)).toEqual([stack('?', 400)]);
});
