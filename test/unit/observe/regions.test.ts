import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../../src/model/doctor.ts';
import { regionKinds } from '../../../src/model/region-kinds.ts';
import { hugeIn } from '../../../src/observe/regions/huge.ts';
import { type KnownRange, layRanges } from '../../../src/observe/regions/ranges.ts';
import { cutMappings, needsPageMap, type Piece, RegionSums } from '../../../src/observe/regions/regions.ts';
import type { Mapping } from '../../../src/parse/smaps.ts';

const page = 4096;
/** A tmpfs is mounted in the process's view, on device 0:23. */
const onGlibc = { allocator: 'glibc', memoryDevices: new Set(['0:23']) } as const;

function mapping(start: number, pages: number, fields: Partial<Mapping> = {}): Mapping {
  const rssBytes = fields.rssBytes ?? pages * page;
  const base = {
    offset: 0,
    device: '0:0',
    inode: 0,
    path: '',
    deleted: false,
    hugetlbBytes: 0,
    hugeBytes: 0,
    lazyFreeBytes: 0,
    swapBytes: 0,
    vmFlags: 'ac',
    perms: 'rw-p',
  };
  return {
    ...base,
    start: start * page,
    end: (start + pages) * page,
    rssBytes,
    pssBytes: rssBytes,
    anonymousBytes: rssBytes,
    ...fields,
  };
}

const range = (start: number, pages: number, kind: KnownRange['kind'], name?: string): KnownRange => ({
  start: start * page,
  end: (start + pages) * page,
  kind,
  ...(name === undefined ? {} : { name }),
});

function sumRegions(cut: Iterable<readonly Piece[]>): Region[] {
  const sums = new RegionSums();
  for (const pieces of cut) sums.add(pieces);
  return sums.regions();
}

/** Mappings in order without overlap, and any ranges. */
const worlds = fc.record({
  mappings: fc
    .array(fc.record({ gap: fc.nat(3), pages: fc.integer({ min: 1, max: 20 }), resident: fc.nat(20), swapped: fc.nat(20) }))
    .map((parts) => {
      let at = 1;
      return parts.map(({ gap, pages, resident, swapped }) => {
        const start = at + gap;
        at = start + pages;
        return mapping(start, pages, { rssBytes: Math.min(resident, pages) * page, swapBytes: Math.min(swapped, pages) * page });
      });
    }),
  layers: fc.array(
    fc.array(
      fc
        .tuple(fc.nat(200), fc.integer({ min: 1, max: 30 }), fc.constantFrom(...regionKinds))
        .map(([start, pages, kind]) => range(start, pages, kind)),
    ),
    { maxLength: 4 },
  ),
});

describe('regions', () => {
  test('sum to the RSS and the swap of all mappings, to the byte, with the page map and without', () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.nat(20), { minLength: 1 }), fc.boolean(), ({ mappings, layers }, present, withPages) => {
        const cut = [...cutMappings(mappings, layRanges(layers), onGlibc)];
        if (withPages) {
          cut
            .flat()
            .filter(needsPageMap)
            .forEach((piece, index) => {
              piece.presentBytes = Math.min(piece.end - piece.start, (present[index % present.length] ?? 0) * page);
            });
        }
        const regions = sumRegions(cut);
        const sum = (list: readonly { rssBytes: number; swapBytes: number }[], field: 'rssBytes' | 'swapBytes') =>
          list.reduce((total, item) => total + item[field], 0);
        expect(sum(regions, 'rssBytes')).toBe(sum(mappings, 'rssBytes'));
        expect(sum(regions, 'swapBytes')).toBe(sum(mappings, 'swapBytes'));
        expect(regions.reduce((total, { sizeBytes }) => total + sizeBytes, 0)).toBe(
          mappings.reduce((total, { start, end }) => total + end - start, 0),
        );
      }),
    );
  });

  test('ranges never overlap, and each address belongs to the first layer that claims it', () => {
    fc.assert(
      fc.property(worlds, ({ layers }) => {
        const laid = layRanges(layers);
        laid.forEach((found, index) => {
          expect(found.start).toBeGreaterThanOrEqual(laid[index - 1]?.end ?? 0);
          expect(found.end).toBeGreaterThan(found.start);
        });
        const wrong = Array.from({ length: 240 }, (_, index) => index * page).filter((at) => {
          const claims = (list: readonly KnownRange[]) => list.filter(({ start, end }) => start <= at && at < end);
          const layer = layers.map(claims).find((list) => list.length > 0);
          const found = claims(laid);
          return layer ? found.length !== 1 || !layer.some(({ kind }) => kind === found[0]?.kind) : found.length > 0;
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  test('a mapping of two kinds is divided by what is present in each', () => {
    const ranges = [range(10, 5, 'thread stacks', 'pool-1-thread-1')];
    const cut = [...cutMappings([mapping(10, 20, { rssBytes: 6 * page })], ranges, onGlibc)];
    cut.flat().forEach((piece, index) => {
      piece.presentBytes = [2, 4][index] === undefined ? 0 : (index === 0 ? 2 : 4) * page;
    });
    expect(sumRegions(cut).map(({ kind, rssBytes }) => [kind, rssBytes])).toEqual([
      ['thread stacks', 2 * page],
      ['unexplained', 4 * page],
    ]);
  });

  test('huge pages are divided by where they lie, and what holds zeros by the pages that were read there', () => {
    const huge = 512;
    const parts = [mapping(huge, 4 * huge, { hugeBytes: 3 * huge * page }), mapping(8 * huge, huge, { hugeBytes: huge * page })];
    const ranges = [range(2 * huge + 10, huge, 'thread stacks')];
    const extents = [1, 2, 3, 8].map((at) => ({ start: at * huge * page, end: (at + 1) * huge * page }));
    const pages = extents.flatMap(({ start }, index) =>
      [0, 20, 40, 511].map((at) => ({ start: start + at * page, isZero: index === 1 && at > 0 })),
    );
    const cut = [...cutMappings(parts, layRanges([ranges]), onGlibc)].map((pieces) =>
      pieces.map((piece) => ({ ...piece, huge: hugeIn(piece, { extents, pages }) })),
    );
    // Of the second extent all but ten pages are the stack's, and ten pages of the third; it has four of the sixteen that were read, three of them zeros.
    expect(sumRegions(cut).map(({ kind, hugeBytes, zeroHugeBytes }) => ({ kind, hugeBytes, zeroHugeBytes }))).toEqual([
      { kind: 'thread stacks', hugeBytes: huge * page, zeroHugeBytes: (huge * page * 3) / 4 },
      { kind: 'unexplained', hugeBytes: 3 * huge * page, zeroHugeBytes: 0 },
    ]);
  });

  test('of huge pages that nobody could read no zeros are told, and where there are none nothing is', () => {
    const unread = [mapping(512, 512, { hugeBytes: 512 * page }), mapping(2048, 1)];
    const [region] = sumRegions(cutMappings(unread, [], onGlibc));
    expect(region).toMatchObject({ hugeBytes: 512 * page });
    expect(region).not.toHaveProperty('zeroHugeBytes');
    const [none] = sumRegions(cutMappings([mapping(2048, 1)], [], onGlibc));
    expect(none).not.toHaveProperty('hugeBytes');
  });

  test('what malloc or a stack claims of the memory above a library is not named after it; the rest is its data', () => {
    const library = { path: '/usr/lib/libzip.so', inode: 1 };
    const mappings = [mapping(1, 1, { ...library, perms: 'r-xp' }), mapping(2, 1, library), mapping(3, 9)];
    const ranges = [range(4, 3, 'glibc mmapped'), range(8, 2, 'thread stacks', 'pool-1-thread-1')];
    const regions = sumRegions(cutMappings(mappings, ranges, onGlibc));
    expect(regions.map(({ kind, rssBytes, largest }) => [kind, rssBytes / page, largest.map(({ name }) => name)])).toEqual([
      ['thread stacks', 2, ['pool-1-thread-1']],
      ['glibc mmapped', 3, []],
      ['libraries', 6, ['/usr/lib/libzip.so']],
    ]);
  });

  test("private memory on huge pages is nobody's by its name, not even where it is executable", () => {
    const huge = { path: '/anon_hugepage', inode: 1, device: '0:17' };
    const mappings = [mapping(512, 512, { ...huge, perms: 'rwxp' }), mapping(2048, 512, huge)];
    expect(sumRegions(cutMappings(mappings, [], onGlibc)).map(({ kind, mappings: count }) => [kind, count])).toEqual([
      ['unexplained', 2],
    ]);
  });

  test('mappings that nobody claims go by their name', () => {
    const named = (start: number, path: string, perms = 'r--p') => mapping(start, 1, { path, perms, inode: 1 });
    const mappings = [
      named(1, '/opt/app/program', 'r-xp'),
      named(2, '/opt/app/program', 'rw-p'),
      mapping(3, 1),
      named(10, '[heap]', 'rw-p'),
      named(20, '/opt/app/app.jar'),
      named(30, '/memfd:java_heap', 'rw-s'),
      { ...named(40, '/data/queue', 'rw-s'), device: '0:23' },
      { ...named(45, '/home/shm/x', 'rw-s'), device: '254:1' },
      named(50, '/jdk/lib/server/classes.jsa'),
      mapping(60, 1),
      named(70, '[stack]', 'rw-p'),
    ];
    const regions = sumRegions(cutMappings(mappings, [], onGlibc));
    expect(Object.fromEntries(regions.map(({ kind, mappings: count }) => [kind, count]))).toEqual({
      libraries: 3,
      'glibc main': 1,
      'mapped files': 2,
      'java heap': 1,
      'shared memory': 1,
      cds: 1,
      unexplained: 1,
      'thread stacks': 1,
    });
  });

  test('60,000 mappings and as many ranges: one pass', () => {
    const mappings = Array.from({ length: 60_000 }, (_, index) => mapping(index * 3 + 1, 2));
    const ranges = mappings.map(({ start }) => ({ start, end: start + page, kind: 'glibc mmapped' as const }));
    const cut = [...cutMappings(mappings, layRanges([[], ranges]), onGlibc)];
    expect(cut.flat()).toHaveLength(120_000);
    expect(sumRegions(cut).map(({ kind, rssBytes }) => [kind, rssBytes])).toEqual([
      ['glibc mmapped', 60_000 * page],
      ['unexplained', 60_000 * page],
    ]);
  });
});
