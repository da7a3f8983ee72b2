import { expect, test } from 'vitest';
import { noFacts } from '../../../src/observe/jvm.ts';
import { goHeaps } from '../../../src/observe/regions/go-heap.ts';
import { knownRanges } from '../../../src/observe/regions/known-ranges.ts';
import { parseSmaps } from '../../fixtures/parse-smaps.ts';

const arenaBytes = 64 * 1024 ** 2;
/** One arena, twelve MiB of it in use, as Go 1.19 has it; and two as Go 1.25 names them. */
const arena = 'c000000000-c000c00000 rw-p 00000000 00:00 0\nRss: 9632 kB\nc000c00000-c004000000 ---p 00000000 00:00 0\n';
const named =
  'c000000000-c005000000 rw-p 00000000 00:00 0 [anon: Go: heap]\nRss: 73728 kB\nc005000000-c008000000 ---p 00000000 00:00 0 [anon: Go: heap reservation]\n';
const heap = (arenas: number) => ({
  start: 0xc000000000,
  end: 0xc000000000 + arenas * arenaBytes,
  kind: 'go runtime',
  name: 'heap',
});

test.each([
  ['of one arena', arena, 1],
  ['of two, with names', named, 2],
])('a Go heap %s begins where only Go begins, and ends with an arena', (_, smaps, arenas) => {
  expect(goHeaps(parseSmaps(smaps))).toEqual([heap(arenas)]);
});

test.each([
  [
    'that begins with a part which is reserved',
    '28599c000000-28599c400000 ---p 00000000 00:00 0\n28599c400000-2859a6c00000 rw-p 00000000 00:00 0\n2859a6c00000-2859a8000000 ---p 00000000 00:00 0\n',
    3,
  ],
  ['that does not', '390c60000000-390c6b800000 rw-p 00000000 00:00 0\n390c6b800000-390c6c000000 ---p 00000000 00:00 0\n', 3],
])('from Go 1.26 on it is anywhere, also one %s', (_, smaps, arenas) => {
  expect(goHeaps(parseSmaps(smaps)).map(({ start, end }) => (end - start) / arenaBytes)).toEqual([arenas]);
});

test.each([
  ['that is not aligned to an arena', arena.replace('c000000000', 'c000100000').replace('c004000000', 'c004100000')],
  ['where the kernel maps what is mapped anywhere', arena.replaceAll(/c00(?=\d{7} ?)/g, '7f3ac00')],
  ['of another size', arena.replace('c004000000', 'c003fff000')],
  ['that is shared', arena.replace('rw-p', 'rw-s')],
])('memory %s is no Go heap', (_, smaps) => {
  expect(goHeaps(parseSmaps(smaps))).toEqual([]);
});

test('stack pointers in it are those of goroutines: it stays whole, and is no stack', () => {
  const threads = [0x1000, 0x2000, 0x3000, 0x4000].map((at, index) => ({
    ...{ tid: index, innerTid: index, name: 'server' },
    stackPointer: 0xc000000000 + at,
  }));
  const knowledge = { jvm: noFacts, inspection: undefined, threads, isJvm: false, isGlibc: false };
  expect(knownRanges({ ...knowledge, mappings: parseSmaps(arena) })).toEqual([heap(1)]);
  expect(knownRanges({ ...knowledge, isJvm: true, mappings: parseSmaps(arena) }).map(({ kind }) => kind)).not.toContain(
    'go runtime',
  );
});
