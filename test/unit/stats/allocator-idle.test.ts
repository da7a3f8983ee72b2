import { expect, test } from 'vitest';
import { provenExtents, provenSegments, purgeableBytes, servingAnswer } from '../../../src/stats/allocator-idle.ts';

const answer = (figures: Parameters<typeof purgeableBytes>[0]['figures']) => ({ figures });

test('tcmalloc’s free pages are resident', () => {
  expect(purgeableBytes(answer({ pageHeapFreeBytes: 101, centralFreeBytes: 53 }), 997)).toBe(101);
});

test('jemalloc: all of it is resident, and the figure is exact', () => {
  const figures = { dirtyBytes: 600, muzzyBytes: 11, activeBytes: 300, metadataBytes: 86 };
  expect(purgeableBytes(answer(figures), 997)).toBe(611);
});

test('jemalloc: some pages were never touched, free ones or others', () => {
  const figures = { dirtyBytes: 600, activeBytes: 300, metadataBytes: 100 };
  // 900 of 1,000 are resident: between 500 and 600 are free.
  expect(purgeableBytes(answer(figures), 900)).toBe(550);
});

test('jemalloc: no more than is resident, and no less than nothing', () => {
  expect(purgeableBytes(answer({ dirtyBytes: 600, activeBytes: 300 }), 200)).toBe(100);
  expect(purgeableBytes(answer({ dirtyBytes: 0, activeBytes: 300 }), 200)).toBe(0);
});

test('what was read of its records tells best', () => {
  expect(purgeableBytes({ figures: { dirtyBytes: 600, activeBytes: 300 }, purgeableRssBytes: 541 }, 900)).toBe(541);
});

test('jemalloc’s records are believed where they sum to what it says', () => {
  const way = (dirtyBytes: number, muzzyBytes: number, rssBytes: number) => ({ dirtyBytes, muzzyBytes, rssBytes });
  const told = { dirtyBytes: 200_000_000, muzzyBytes: 4096 };
  const wrong = [way(0, 0, 0), way(97_000_000, 13_000_000, 90_000_000)];
  expect(provenExtents([...wrong, way(200_000_000, 4096, 170_000_000)], told)).toBe(170_000_000);
  // It went on meanwhile.
  expect(provenExtents([...wrong, way(199_500_000, 8192, 170_000_001)], told)).toBe(170_000_001);
  expect(provenExtents([way(199_500_000, 4096, 1), way(200_000_000, 4096, 2)], told)).toBe(2);
  // The JVM had 257 pages in use while it answered.
  expect(provenExtents([way(201_052_672, 4096, 171_052_672)], told)).toBe(171_052_672);
  expect(provenExtents([...wrong, way(190_000_000, 4096, 160_000_000)], told)).toBeUndefined();
  expect(provenExtents([way(200_000_000, 3_000_000, 160_000_000)], told)).toBeUndefined();
  expect(provenExtents([], told)).toBeUndefined();
  expect(provenExtents([way(64_000_000, 0, 61_000_000), way(0, 0, 0)], { pageHeapFreeBytes: 64_000_000 })).toBe(61_000_000);
  expect(provenExtents([way(0, 0, 0)], {})).toBeUndefined();
});

test('mimalloc’s segments are believed where none contradicts itself', () => {
  expect(provenSegments({ segments: 9, unproven: 0, rssBytes: 101 })).toBe(101);
  expect(provenSegments({ segments: 9, unproven: 1, rssBytes: 101 })).toBeUndefined();
  expect(provenSegments({ segments: 0, unproven: 0, rssBytes: 0 })).toBeUndefined();
});

test('mimalloc does not tell', () => {
  expect(purgeableBytes(answer({ committedBytes: 900 }), 997)).toBeUndefined();
});

test('the one that serves malloc', () => {
  const one = (name: string, serves: boolean) => ({ name, serves, object: '', version: '', figures: {}, options: {} });
  expect(servingAnswer({ allocatorAnswers: [one('glibc', false), one('jemalloc', true)] })?.name).toBe('jemalloc');
  expect(servingAnswer({})).toBeUndefined();
});
