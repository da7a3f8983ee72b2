import { expect, test } from 'vitest';
import { purgeableBytes, servingAnswer } from '../../../src/stats/allocator-idle.ts';

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

test('mimalloc does not tell', () => {
  expect(purgeableBytes(answer({ committedBytes: 900 }), 997)).toBeUndefined();
});

test('the one that serves malloc', () => {
  const one = (name: string, serves: boolean) => ({ name, serves, object: '', version: '', figures: {}, options: {} });
  expect(servingAnswer({ allocatorAnswers: [one('glibc', false), one('jemalloc', true)] })?.name).toBe('jemalloc');
  expect(servingAnswer({})).toBeUndefined();
});
