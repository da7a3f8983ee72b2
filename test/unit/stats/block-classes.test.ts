import { expect, test } from 'vitest';
import { blockClasses, freeSizesDiffer } from '../../../src/stats/block-classes.ts';

const row = (chunkBytes: number, liveChunks: number, freeChunks = 0, more: { toBytes?: number; cachedChunks?: number } = {}) => ({
  ...{ chunkBytes, liveChunks, liveBytes: chunkBytes * liveChunks, freeChunks, freeBytes: chunkBytes * freeChunks },
  ...(more.cachedChunks ? { cachedChunks: more.cachedChunks, cachedBytes: chunkBytes * more.cachedChunks } : {}),
  ...(more.toBytes ? { toBytes: more.toBytes } : {}),
});
const mmapped = { chunks: 5, sizeBytes: 0, rssBytes: 0, sizes: [{ chunkBytes: 135_168, chunks: 5 }] };

test('sizes of heaps and of blocks of their own mapping, without what is cached or free', () => {
  const sizes = [row(64, 10_001, 7, { cachedChunks: 9001 }), row(4096, 0, 99), row(1040, 13)];
  expect(blockClasses({ sizes, mmapped })).toEqual([
    { blockBytes: 135_168, isMean: false, blocks: 5, bytes: 675_840 },
    { blockBytes: 64, isMean: false, blocks: 1000, bytes: 64_000 },
    { blockBytes: 1040, isMean: false, blocks: 13, bytes: 13_520 },
  ]);
});

test('of a range the mean; none where sizes were not asked for', () => {
  const sizes = [{ ...row(131_072, 3, 0, { toBytes: 262_128 }), liveBytes: 450_000 }];
  expect(blockClasses({ sizes, mmapped: { chunks: 0, sizeBytes: 0, rssBytes: 0 } })).toEqual([
    { blockBytes: 150_000, isMean: true, blocks: 3, bytes: 450_000 },
  ]);
  expect(blockClasses({ mmapped: { chunks: 5, sizeBytes: 0, rssBytes: 0 } })).toEqual([]);
});

test.each([
  ['freed blocks of the size that lives, merged', [row(1024, 40_000), row(3072, 0, 40_000)], false],
  ['the same, one chunk a step larger', [row(1024, 40_000), row(3088, 0, 40_000)], false],
  ['another size', [row(128, 40_000), row(3024, 0, 40_000)], true],
  ['no size leads', [row(128, 400), row(144, 400), row(160, 400), row(3024, 0, 40_000)], false],
  ['a free range says nothing', [row(128, 40_000), row(262_144, 0, 400, { toBytes: 524_272 }), row(256, 0, 4000)], false],
  ['not asked', undefined, false],
])('what is free was of another size than what lives: %s', (_, sizes, expected) => {
  expect(freeSizesDiffer(sizes ? { sizes } : {})).toBe(expected);
});
