import { describe, expect, test } from 'vitest';
import { toResult } from '../../../src/doctor/examine.ts';
import { boundLists, boundSizes } from '../../../src/stats/listed-heaps.ts';
import { arenasOf, evidenceOf, figures, mallocOf, mib } from '../../fixtures/evidence.ts';

const many = 50_021;
/** The one of index i keeps i KiB in its top. */
const arenas = arenasOf(many).map((arena, index) => ({
  ...arena,
  ...{
    sizeBytes: 64,
    rssBytes: 3,
    liveBytes: 2,
    liveChunks: 1,
    freeBytes: 5,
    freeChunks: 7,
    unknownBytes: 11,
    fastbinBytes: 4,
    tcacheBytes: 7,
    unreadableBytes: 13,
    unreadableRssBytes: 17,
    estimatedRssBytes: 23,
  },
  residentFree: { pageBytes: 1, mainTopBytes: 0, arenaTopBytes: index * 1024, subPageBytes: 2 },
}));
const ranges = Array.from({ length: 5003 }, (_, index) => ({
  start: index * 2 ** 20,
  end: index * 2 ** 20 + index,
  kind: 'arena' as const,
}));
const malloc = mallocOf(figures(0, { arenaTopBytes: 400 }), { arenas, ranges });

describe('of 50,021 arenas beside the main one', () => {
  const bounded = boundLists(malloc);

  test('the main one and the 1,023 that keep most are listed, by their addresses', () => {
    expect(bounded.arenas).toEqual([arenas[0], ...arenas.slice(-1023)]);
  });

  test('the others are told by their number and their sums', () => {
    const others = many - 1023;
    expect(bounded.otherArenas).toEqual({
      ...{ count: others, heaps: others, sizeBytes: 64 * others, rssBytes: 3 * others, liveBytes: 2 * others, liveChunks: others },
      ...{
        freeBytes: 5 * others,
        freeChunks: 7 * others,
        unknownBytes: 11 * others,
        fastbinBytes: 4 * others,
        tcacheBytes: 7 * others,
        unreadableBytes: 13 * others,
        unreadableRssBytes: 17 * others,
        estimatedRssBytes: 23 * others,
      },
      residentFree: {
        ...{ pageBytes: others, mainTopBytes: 0, subPageBytes: 2 * others },
        arenaTopBytes: (1024 * others * (others + 1)) / 2,
      },
    });
  });

  test('the result says how many there are, is judged by all, and is no longer than two MiB', () => {
    const result = toResult(evidenceOf({ rssBytes: mib(500), malloc }), 1);
    expect(result.findings.find(({ code }) => code === 'retained-arena-tops')?.evidence).toEqual({
      bytes: mib(400),
      arenas: many,
      largestBytes: many * 1024,
    });
    expect(JSON.stringify(result, undefined, 2).length).toBeLessThan(mib(2));
  });
});

test('of 5,003 ranges the 4,096 longest', () => {
  const bounded = boundLists(malloc);
  expect(bounded.ranges).toEqual(ranges.slice(-4096));
  expect(bounded.otherRanges).toEqual({ count: 907, sizeBytes: (906 * 907) / 2 });
});

test('what is short stays as it is', () => {
  const short = mallocOf(figures(0), { arenas: arenasOf(1023) });
  expect(boundLists(short)).toEqual(short);
});

test('of the sizes 32 are listed, of the heaps and of blocks of their own mapping; histo lists as many as were asked for', () => {
  const row = (nth: number) => ({ chunkBytes: 32 + 16 * nth, liveChunks: 1, liveBytes: 32, freeChunks: 0, freeBytes: 0 });
  const sizes = Array.from({ length: 50 }, (_, nth) => row(nth));
  const own = Array.from({ length: 40 }, (_, nth) => ({ chunkBytes: 4096 * (nth + 33), chunks: 1 }));
  const malloc = mallocOf(figures(9), { sizes, mmapped: { chunks: 40, sizeBytes: 7, rssBytes: 7, sizes: own } });
  expect(boundLists(malloc)).toMatchObject({ sizes, mmapped: { sizes: own } });
  expect(boundSizes(malloc)).toMatchObject({ sizes: sizes.slice(0, 32), mmapped: { chunks: 40, sizes: own.slice(0, 32) } });
  expect(boundSizes(mallocOf(figures(9)))).toEqual(mallocOf(figures(9)));
});
