import { describe, expect, test } from 'vitest';
import { noFacts, toFacts } from '../../../src/observe/jvm.ts';
import { unclaimedChains } from '../../../src/observe/regions/chains.ts';
import { guessHeaps, guessMetaspace } from '../../../src/observe/regions/guess.ts';
import { findMetaspace } from '../../../src/observe/regions/metaspace.ts';
import { stackRanges } from '../../../src/observe/regions/stacks.ts';
import type { Mapping } from '../../../src/parse/smaps.ts';

const kiB = 1024;
const base = 0x7f0000000000;

function mapping(startKiB: number, sizeKiB: number, perms = 'rw-p', vmFlags = 'rd wr ac'): Mapping {
  const figures = { rssBytes: 0, pssBytes: 0, anonymousBytes: 0, hugetlbBytes: 0, hugeBytes: 0, lazyFreeBytes: 0, swapBytes: 0 };
  const start = base + startKiB * kiB;
  return {
    start,
    end: start + sizeKiB * kiB,
    perms,
    offset: 0,
    device: '0:0',
    inode: 0,
    path: '',
    deleted: false,
    vmFlags,
    ...figures,
  };
}

/** Guard of 16 KiB and stack of 1,008: 1 MiB, the JVM's default. */
const stackAt = (startKiB: number, sizeKiB = 1008) => [mapping(startKiB, 16, '---p'), mapping(startKiB + 16, sizeKiB)];
const thread = (tid: number, pointerKiB: number) => ({
  tid,
  innerTid: tid,
  name: `t${tid}`,
  stackPointer: base + pointerKiB * kiB,
});
const inKiB = (ranges: { start: number; end: number; name?: string }[]) =>
  ranges.map(({ start, end, name }) => [(start - base) / kiB, (end - base) / kiB, name]);

describe('stackRanges', () => {
  const mappings = [...stackAt(0), ...stackAt(2048), ...stackAt(4096), ...stackAt(6144, 3000), ...stackAt(10240)];
  const threads = [thread(1, 1000), thread(2, 3000), thread(3, 5000), thread(4, 6200)];

  test('a stack that the kernel merged with what lies above ends where most do; one of a running thread is known by its size', () => {
    expect(inKiB(stackRanges({ mappings, jvm: noFacts, threads }))).toEqual([
      [0, 1024, 't1'],
      [2048, 3072, 't2'],
      [4096, 5120, 't3'],
      [6144, 7168, 't4'],
      ...[0, 2048, 4096, 10240].map((start) => [start, start + 1024, 'running, or kept for the next thread']),
    ]);
  });

  test('a Java thread has its full name, and a stack by Thread.print when the kernel shows no pointer', () => {
    const print = `"a thread of a long name" #9 prio=5 nid=2 waiting on condition  [0x${(base + 3000 * kiB).toString(16)}]\n`;
    const hidden = { tid: 2, innerTid: 2, name: 'a thread of a l' };
    expect(
      inKiB(
        stackRanges({
          mappings,
          jvm: toFacts({ texts: new Map([['Thread.print', print]]), commands: new Set(), tooLong: [] }),
          threads: [hidden],
        }),
      ),
    ).toEqual([[2048, 3072, 'a thread of a long name']]);
  });

  test('a pointer into no mapping, or into code, is no stack', () => {
    expect(stackRanges({ mappings: [mapping(0, 64, 'r-xp')], jvm: noFacts, threads: [thread(1, 4), thread(2, 900)] })).toEqual([]);
  });
});

describe('by shape', () => {
  const nodeKiB = 64 * kiB;
  const node = (vmFlags: string, usedKiB = 132) => [
    mapping(0, usedKiB, 'rw-p', vmFlags),
    mapping(usedKiB, nodeKiB - usedKiB, '---p', 'mr mw'),
  ];

  test('a heap of glibc is not accounted, a node of metaspace is', () => {
    const whole = [[0, nodeKiB, undefined]];
    expect([inKiB(guessHeaps(node('rd wr nr'))), guessMetaspace(node('rd wr nr'))]).toEqual([whole, []]);
    expect([guessHeaps(node('rd wr ac')), inKiB(guessMetaspace(node('rd wr ac')))]).toEqual([[], whole]);
  });

  test('a gap, or memory that is writable to the end, is neither; nor are mark stacks, of which 8 GiB are reserved', () => {
    const [used] = node('rd wr ac');
    expect(guessMetaspace([used as Mapping, mapping(132, 8 * 1024 * 1024 - 132, '---p')])).toEqual([]);
    expect(guessMetaspace([used as Mapping, mapping(140, nodeKiB, '---p')])).toEqual([]);
    expect(guessMetaspace([mapping(0, nodeKiB)])).toEqual([]);
  });

  describe('nodes of metaspace are what has as much reserved and committed as the JVM says', () => {
    const search = (mappings: Mapping[], nodes: number, committedKiB: number) =>
      inKiB(
        findMetaspace(unclaimedChains(mappings, []), {
          reservedBytes: nodes * nodeKiB * kiB,
          committedBytes: committedKiB * kiB,
        }),
      );

    test('the kernel merged its first mapping with that of its neighbour below', () => {
      const merged = [mapping(-2052, 2052 + 700), mapping(700, 4096 - 700, '---p'), mapping(4096, nodeKiB - 4096)];
      expect(guessMetaspace(merged)).toEqual([]);
      expect(search(merged, 1, nodeKiB - 4096 + 700)).toEqual([[0, nodeKiB, undefined]]);
      expect(search(merged, 1, 20_000)).toEqual([]);
    });

    test('one that is committed to its end, below the newest', () => {
      const full = [mapping(0, 700), mapping(700, nodeKiB - 700, '---p'), mapping(nodeKiB, nodeKiB)];
      expect(search(full, 2, nodeKiB + 700)).toEqual([
        [nodeKiB, 2 * nodeKiB, undefined],
        [0, nodeKiB, undefined],
      ]);
    });

    test('as much memory that is accounted otherwise, or has a gap, is none', () => {
      expect(search([mapping(0, nodeKiB, 'rw-p', 'rd wr nr')], 1, nodeKiB)).toEqual([]);
      expect(search([mapping(0, 8192), mapping(8196, nodeKiB - 8196)], 1, nodeKiB - 4)).toEqual([]);
    });

    test('regions of a library, of the same size and shape, are none: the JVM says it has half a MiB', () => {
      const region = (index: number, usedKiB: number) => [
        mapping(index * nodeKiB, usedKiB),
        mapping(index * nodeKiB + usedKiB, nodeKiB - usedKiB, '---p'),
      ];
      const mappings = [...region(0, 40_000), ...region(2, 512), ...region(4, 51_000), ...region(6, 63_000)];
      expect(guessMetaspace(mappings)).toHaveLength(4);
      expect(search(mappings, 1, 512)).toEqual([[2 * nodeKiB, 3 * nodeKiB, undefined]]);
    });

    test('1,000 regions of which none fits: the search ends', () => {
      const many = Array.from({ length: 1000 }, (_, index) => mapping(2 * index * nodeKiB, nodeKiB));
      expect(search(many, 100, 99 * nodeKiB + 10_007)).toEqual([]);
    });
  });
});
