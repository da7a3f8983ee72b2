import { describe, expect, test } from 'vitest';
import type { CoreFile, CoreMapping } from '../../../src/native/core-file.ts';
import { divideCore, findJavaHeap, toMappings } from '../../../src/observe/dead/core-map.ts';
import { packingOf, recognise } from '../../../src/observe/dead/recognise.ts';
import { noFacts } from '../../../src/observe/jvm.ts';

const page = 4096;
const kib64 = 65_536;

function mapping(start: number, pages: number, { path = '', access = 'rw', filled = 0 } = {}): CoreMapping {
  const has = (letter: string) => access.includes(letter);
  return {
    ...{
      start,
      end: start + pages * page,
      dumpedBytes: pages * page,
      dumpedAt: page,
      filledBytes: filled * page,
      path,
      pathOffset: 0,
    },
    ...(access === '?' ? {} : { access: { isReadable: has('r'), isWritable: has('w'), isExecutable: has('x') } }),
  };
}

function core(mappings: CoreMapping[]): CoreFile {
  return {
    ...{ number: 1, file: 'core', bytes: 1, missingBytes: 0, isCut: false, isByKernel: true, hasPageHoles: true, isCounted: true },
    ...{ pid: 7, signal: 6, command: 'a', stackAt: 0x7f_0000_1234, vdsoAt: 0x7f_1000_0000, threads: [], threadsLeft: 0, mappings },
  };
}

const file = core([
  mapping(0x10_0000, 3, { path: '/usr/bin/app', access: 'rx', filled: 3 }),
  mapping(0x10_3000, 5, { path: '/usr/bin/app', filled: 2 }),
  mapping(0x20_0000, 11, { filled: 7 }),
  mapping(0x30_0000, 13, { path: '/memfd:shared (deleted)', filled: 5 }),
  mapping(0x40_0000, 17, { path: '/data/file', access: '?' }),
  mapping(0x7f_0000_0000, 19, { filled: 1 }),
  mapping(0x7f_1000_0000, 2, { access: 'rx', filled: 2 }),
]);
const inspection = { ranges: [{ start: 0x20_0000, end: 0x20_b000, kind: 'main' as const }] };

describe('the map of a core file', () => {
  test('has the names that the kernel gives, and in the place of RSS what is filled and in no file', () => {
    const list = toMappings(file, inspection).map(({ path, perms, rssBytes, deleted }) => [path, perms, rssBytes / page, deleted]);
    expect(list).toEqual([
      ['/usr/bin/app', 'r-xp', 0, false],
      ['/usr/bin/app', 'rw-p', 2, false],
      ['[heap]', 'rw-p', 7, false],
      ['/memfd:shared', 'rw-s', 5, true],
      ['/data/file', 'r--p', 0, false],
      ['[stack]', 'rw-p', 1, false],
      ['[vdso]', 'r-xp', 2, false],
    ]);
  });

  test('is divided into parts that sum to it, by what is filled and by what is committed', async () => {
    const clues = { jvm: noFacts, threads: [], inspection, allocator: 'glibc' as const, isJvm: false };
    const { parts } = await divideCore(toMappings(file, inspection), clues);
    const told = Object.fromEntries(parts.map((part) => [part.kind, [(part.filledBytes ?? 0) / page, part.committedBytes / page]]));
    expect(told).toEqual({
      'glibc main': [7, 11],
      'shared memory': [5, 13],
      libraries: [4, 5],
      'thread stacks': [1, 19],
      'mapped files': [0, 0],
    });
    expect(parts[0]?.kind).toBe('glibc main');
  });

  test('names no heap where malloc was not read, and guesses neither arenas nor metaspace', () => {
    const [heap] = toMappings(core([mapping(0x20_0000, 11)]), undefined);
    expect(heap).toMatchObject({ path: '', vmFlags: '' });
  });
});

describe('the Java heap of a core file', () => {
  const mappings = (pieces: [start: number, pages: number, access: string, path?: string][]) =>
    toMappings(core(pieces.map(([start, pages, access, path = '']) => mapping(start, pages, { access, path }))), undefined);

  test('is the lowest run of its size, whose parts have no gap', () => {
    const list = mappings([
      [kib64, 4, 'rw'],
      [kib64 + 4 * page, 12, ''],
      [16 * kib64, 16, 'rw'],
    ]);
    expect(findJavaHeap(list, [16 * page])).toEqual({ start: kib64, end: 2 * kib64 });
    expect(findJavaHeap(list, [15 * page])).toBeUndefined();
    expect(findJavaHeap(list, [15 * page, 16 * page])?.start).toBe(kib64);
    expect(findJavaHeap(list, [0])).toBeUndefined();
  });

  test('may have class data in it, and neither other files nor a gap', () => {
    const heap = (path: string, gap: number) =>
      findJavaHeap(
        mappings([
          [kib64, 4, 'rw'],
          [kib64 + (4 + gap) * page, 2, 'rw', path],
          [kib64 + (6 + gap) * page, 10, ''],
        ]),
        [16 * page],
      );
    expect(heap('/jdk/classes.jsa', 0)).toEqual({ start: kib64, end: 2 * kib64 });
    expect(heap('/data/file', 0)).toBeUndefined();
    expect(heap('', 1)).toBeUndefined();
  });
});

test('what is compressed is told by its beginning', () => {
  expect(packingOf(Buffer.from([0x1f, 0x8b, 8, 0]))).toBe('gzip');
  expect(packingOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))).toBe('zstd');
  expect(packingOf(Buffer.from([4, 0x22, 0x4d, 0x18]))).toBe('lz4');
  expect(packingOf(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))).toBe('xz');
  expect(packingOf(Buffer.from([0x1f]))).toBeUndefined();
  expect(recognise(Buffer.from([0x1f, 0x8b, 8, 0]))).toBeUndefined();
});
