import { expect, test } from 'vitest';
import { likelyLibrary } from '../../../src/stats/unowned.ts';

const ledTo = (sampledBlocks: number, ...blocks: number[]) => ({
  sampledBlocks,
  libraries: blocks.map((count, index) => ({ name: `lib${index}.so`, blocks: count })),
});

test.each([
  ['of 22 blocks four lead to one library', 22, [4], 'lib0.so'],
  ['twice as many as to another', 22, [6, 3], 'lib0.so'],
  ['nearly as many to another', 22, [6, 4], undefined],
  ['two may be words by chance', 4, [2], undefined],
  ['too few of many', 31, [3], undefined],
  ['none', 22, [], undefined],
] as const)('%s', (_, sampled, blocks, name) => {
  expect(likelyLibrary(ledTo(sampled, ...blocks))?.name).toBe(name);
});

test('nobody has read any', () => {
  expect(likelyLibrary(undefined)).toBeUndefined();
});
