import { describe, expect, test } from 'vitest';
import { compilerTime } from '../../../src/stats/glance.ts';
import { mallocGrowth } from '../../../src/stats/malloc-growth.ts';
import { steadyGrowth } from '../../../src/stats/steady-growth.ts';
import { figures, mallocOf, mib } from '../../fixtures/evidence.ts';

/** One reading a second. */
const course = (...values: number[]) => values.map((value, second) => ({ atMs: second * 1000, value: value * 1000 }));

describe('steady growth', () => {
  test('its rate, and those of the quarters of the time', () => {
    expect(steadyGrowth(course(100, 103, 107, 110, 114))).toEqual({
      grownBytes: 14_000,
      bytesPerMinute: 210_000,
      leastPerMinute: 180_000,
      mostPerMinute: 240_000,
    });
  });

  test('quarters that end between two readings', () => {
    expect(steadyGrowth(course(0, 2, 4, 6, 8, 10, 12))).toMatchObject({ leastPerMinute: 120_000, mostPerMinute: 120_000 });
  });

  test('three readings have two halves', () => {
    expect(steadyGrowth(course(0, 10, 30))).toMatchObject({ leastPerMinute: 600_000, mostPerMinute: 1_200_000 });
  });

  test.each([
    ['two readings tell nothing of what lies between', course(0, 10)],
    ['none is nothing', []],
    ['it falls', course(10, 8, 6, 4, 2)],
    ['it stays', course(5, 5, 5, 5, 5)],
    ['a sawtooth falls back by more than a tenth of what is gained', course(0, 7, 14, 3, 10, 17)],
    ['a burst grows in one part of the time', course(0, 0, 0, 40, 40, 40, 40)],
    ['a cache that fills up grows ever less', course(0, 40, 60, 65, 66)],
    ['readings of one moment have no rate', [3, 4, 5].map((value) => ({ atMs: 7, value }))],
  ])('%s', (_, points) => {
    expect(steadyGrowth(points)).toBeUndefined();
  });

  test('a tenth of what is gained may fall back', () => {
    expect(steadyGrowth(course(0, 3.5, 2.5, 4, 5, 6, 7, 9, 10))?.grownBytes).toBe(10_000);
    expect(steadyGrowth(course(0, 3.6, 2.5, 4, 5, 6, 7, 9, 10))).toBeUndefined();
  });
});

describe('what grew in glibc’s heaps', () => {
  /** `counts`: of blocks of each size, at each second. */
  const readings = (sizes: Record<number, number[]>, live = 100) =>
    (Object.values(sizes)[0] ?? []).map((_, second) => {
      const rows = Object.entries(sizes).map(([size, counts]) => {
        const liveChunks = counts[second] ?? 0;
        return { chunkBytes: Number(size), liveChunks, liveBytes: liveChunks * Number(size), freeChunks: 0, freeBytes: 0 };
      });
      const bytes = rows.reduce((sum, { liveBytes }) => sum + liveBytes, 0);
      const totals = { ...figures(live), liveBytes: mib(live) + bytes };
      return { atMs: second * 1000, malloc: mallocOf(totals, { sizes: rows }) };
    });

  test('a size that grows beside one that comes and goes: its bytes, exactly', () => {
    const { steady, sizes } = mallocGrowth(
      readings({ 16400: [5, 9, 13, 17, 21, 25, 29], 8208: [300, 7, 260, 11, 190, 2, 80] }),
      true,
    );
    expect(steady).toEqual({
      grownBytes: 24 * 16_400,
      bytesPerMinute: 3_936_000,
      leastPerMinute: 3_936_000,
      mostPerMinute: 3_936_000,
    });
    expect(sizes).toEqual([
      { chunkBytes: 8208, beforeChunks: 300, afterChunks: 80, beforeBytes: 300 * 8208, afterBytes: 80 * 8208, isSteady: false },
      { chunkBytes: 16_400, beforeChunks: 5, afterChunks: 29, beforeBytes: 5 * 16_400, afterBytes: 29 * 16_400, isSteady: true },
    ]);
  });

  const arenas = { 32752: [0, 100, 200, 300, 400, 500] };

  test('chunks of the JIT compiler’s arenas are no growth of a JVM, and are one of another program', () => {
    expect(mallocGrowth(readings(arenas), true)).toMatchObject({ sizes: [{ chunkBytes: 32_752, afterChunks: 500 }] });
    expect(mallocGrowth(readings(arenas), true)).not.toHaveProperty('steady');
    expect(mallocGrowth(readings(arenas), false).steady?.grownBytes).toBe(500 * 32_752);
  });

  test('blocks with a mapping of their own, by size', () => {
    const all = [2, 5, 8, 11, 14].map((chunks, second) => {
      const sizes = [
        { chunkBytes: 401_408, chunks },
        { chunkBytes: 143_360, chunks: 3 },
      ];
      const mmapped = { chunks: chunks + 3, sizeBytes: chunks * 401_408 + 3 * 143_360, rssBytes: 0, sizes };
      return { atMs: second * 1000, malloc: mallocOf(figures(10), { mmapped }) };
    });
    expect(mallocGrowth(all, true)).toEqual({
      steady: { grownBytes: 12 * 401_408, bytesPerMinute: 72_253_440, leastPerMinute: 72_253_440, mostPerMinute: 72_253_440 },
      sizes: [
        {
          chunkBytes: 401_408,
          isMmapped: true,
          ...{ beforeChunks: 2, afterChunks: 14, beforeBytes: 2 * 401_408, afterBytes: 14 * 401_408 },
          isSteady: true,
        },
      ],
    });
  });

  test('less than a quarter of a MiB is what any process moves', () => {
    expect(mallocGrowth(readings({ 16400: [0, 3, 6, 9, 12, 14] }), false).steady).toBeUndefined();
    expect(mallocGrowth(readings({ 16400: [0, 4, 8, 12, 14, 15] }), false).steady).toBeUndefined();
    expect(mallocGrowth(readings({ 16400: [0, 4, 8, 12, 14, 16] }), false).steady?.grownBytes).toBe(16 * 16_400);
  });

  test('growth of many sizes, none of which grows steadily: that of their sum', () => {
    const sizes = { 65552: [0, 40, 0, 40, 60], 65568: [0, 0, 80, 80, 100] };
    expect(mallocGrowth(readings(sizes), false).steady?.grownBytes).toBe(60 * 65_552 + 100 * 65_568);
  });

  test('blocks in tcaches and fastbins are none in use', () => {
    const cached = readings({ 16400: [50, 50, 50, 50, 50] }).map(({ atMs, malloc }, second) => ({
      atMs,
      malloc: {
        ...malloc,
        sizes:
          malloc.sizes?.map((row) => ({ ...row, cachedChunks: 40 - 10 * second, cachedBytes: (40 - 10 * second) * 16_400 })) ?? [],
      },
    }));
    expect(mallocGrowth(cached, false).steady?.grownBytes).toBe(40 * 16_400);
  });

  test('a reading of which much was not read tells nothing', () => {
    const [first, ...others] = readings({ 16400: [0, 100, 200, 300, 400, 500] });
    if (!first) throw new Error('no reading');
    const unread = {
      ...first,
      malloc: { ...first.malloc, totals: { ...first.malloc.totals, unreadableBytes: mib(50), unreadableRssBytes: mib(50) } },
    };
    expect(mallocGrowth([unread, ...others], false).steady?.grownBytes).toBe(400 * 16_400);
  });
});

test('the compiler’s time: of threads that go on, that come, and that end', () => {
  const glance = (...times: [number, number][]) => ({ at: 0, compilerTimes: new Map(times) });
  expect(compilerTime([glance([7, 100], [8, 30]), glance([7, 140], [8, 50]), glance([7, 170], [9, 20])])).toBe(40 + 20 + 30 + 20);
  expect(compilerTime([glance([7, 100])])).toBeUndefined();
  expect(compilerTime([{ at: 0 }, { at: 1 }])).toBeUndefined();
});
