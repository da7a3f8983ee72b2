import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseClassCounters } from '../../../src/parse/class-counters.ts';
import { parseClassHistogram } from '../../../src/parse/class-histogram.ts';
import { heapOfCounters, parseCollections, survivedBytesOf } from '../../../src/parse/collections.ts';
import { parseHeapInfo } from '../../../src/parse/heap-info.ts';
import { parseNmtRanges, parseNmtSummary } from '../../../src/parse/nmt.ts';
import { parseThreadPrint, threadGroup } from '../../../src/parse/thread-print.ts';
import { parseVmInfo } from '../../../src/parse/vm-info.ts';
import { parseLoaderStats, parseMetaspaceCounts, parseVmUptimeMs, parseVmVersion } from '../../../src/parse/vm-texts.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/jvm/${name}.txt`, import.meta.url), 'utf8');
const heap256 = [{ start: 0xf0000000, end: 0x100000000 }];
const kiB = 1024;

describe('GC.heap_info', () => {
  test.each([
    ['17-G1', 'G1', 262144, 42932],
    ['25-G1', 'G1', 262144, 44461],
    ['17-Parallel', 'Parallel', 76288 + 175104, 27034],
    ['25-Parallel', 'Parallel', 76288 + 175104, 31253 + 1166],
    ['17-Serial', 'Serial', 78656 + 174784, 27475],
    ['25-Serial', 'Serial', 78656 + 174784, 32047 + 1166],
    ['17-Shenandoah', 'Shenandoah', 256 * kiB, 22784],
    ['25-Shenandoah', 'Shenandoah', 256 * kiB, 24064],
  ])('of %s: the whole heap is one range', (name, collector, committedKiB, usedKiB) => {
    const info = parseHeapInfo(fixture(`heap-info-${name}`));
    expect(info).toMatchObject({ collector, committedBytes: committedKiB * kiB, usedBytes: usedKiB * kiB });
    expect(info.ranges).toEqual(heap256);
  });

  test.each([
    ['8-G1', 'G1', 131_072, 40_245],
    ['8-Parallel', 'Parallel', 58_368 + 172_032, 1781 + 39_219],
    ['8-CMS', 'CMS', 78_656 + 174_784, 4196 + 40_912],
    ['9-G1', 'G1', 137_216, 41_127],
    ['11-G1', 'G1', 143_360, 40_544],
    ['13-G1', 'G1', 143_360, 40_591],
  ])('of %s, with metaspace and class space', (name, collector, committedKiB, usedKiB) => {
    const info = parseHeapInfo(fixture(`heap-info-${name}`));
    expect(info).toMatchObject({ collector, committedBytes: committedKiB * kiB, usedBytes: usedKiB * kiB, ranges: heap256 });
    expect([info.metaspace?.reservedBytes, info.classSpace?.reservedBytes]).toEqual([1_077_248 * kiB, 1_048_576 * kiB]);
  });

  test('of 11 without compressed class pointers: no class space', () => {
    const { metaspace, classSpace } = parseHeapInfo(fixture('heap-info-11-Z'));
    expect([metaspace, classSpace]).toEqual([
      { usedBytes: 22_853 * kiB, committedBytes: 29_696 * kiB, reservedBytes: 30_720 * kiB },
      undefined,
    ]);
  });

  test.each([
    ['17-Z', 44],
    ['25-Z', 48],
  ])('of %s prints no address', (name, usedMiB) => {
    expect(parseHeapInfo(fixture(`heap-info-${name}`))).toMatchObject({
      collector: 'ZGC',
      ranges: [],
      committedBytes: 256 * kiB * kiB,
      usedBytes: usedMiB * kiB * kiB,
    });
  });

  // It tells what is used by addresses, and by whole per cent.
  test.each([
    ['17-Epsilon', 0xf90aed88],
    ['25-Epsilon', 0xf9159188],
  ])('of %s has one space', (name, topAddress) => {
    expect(parseHeapInfo(fixture(`heap-info-${name}`))).toMatchObject({
      collector: 'Epsilon',
      committedBytes: 128 * kiB * kiB,
      usedBytes: topAddress - 0xf8000000,
    });
  });

  test('an unknown text is an unknown collector, without figures', () => {
    expect(parseHeapInfo('Epsilon? no.\n')).toEqual({ collector: 'unknown', ranges: [] });
  });
});

describe('VM.info', () => {
  test('of 25: heap, archives, class space, code, the collector', () => {
    expect(parseVmInfo(fixture('vm-info-25'))).toEqual({
      jvm: expect.stringContaining('Temurin-25.0.3+9'),
      heap: heap256[0],
      cds: [{ start: 0x50000000, end: 0x50d95000 }],
      classSpace: [{ start: 0x51000000, end: 0x91000000 }],
      codeHeaps: [{ start: 0x7f0d743ff000, end: 0x7f0d83400000 }],
      gc: [
        { start: 0x7f0d90461000, end: 0x7f0d904e1000 },
        { start: 0x7f0d6fc00000, end: 0x7f0d70000000 },
      ],
    });
  });

  test('of 17 has the same parts', () => {
    const { heap, cds, classSpace, codeHeaps, gc } = parseVmInfo(fixture('vm-info-17'));
    expect([heap ? 1 : 0, cds.length, classSpace.length, codeHeaps.length, gc.length]).toEqual([1, 1, 1, 1, 2]);
  });
});

test('the class space in VM.info of JDK 9 to 15: an address and a size', () => {
  expect(parseVmInfo('Compressed class space size: 1073741824 Address: 0x0000000840000000\n').classSpace).toEqual([
    { start: 0x840000000, end: 0x880000000 },
  ]);
});

describe('VM.native_memory', () => {
  test.each([17, 25])('of %i: the categories sum to the total', (version) => {
    const summary = parseNmtSummary(fixture(`nmt-summary-${version}`));
    const sum = (field: 'reservedBytes' | 'committedBytes') =>
      summary?.categories.reduce((total, category) => total + category[field], 0);
    expect(summary).toBeDefined();
    expect(sum('committedBytes')).toBe(summary?.committedBytes);
    expect(sum('reservedBytes')).toBe(summary?.reservedBytes);
    expect(summary?.categories.find(({ name }) => name === 'Other')).toMatchObject({ mallocBytes: 8 * kiB * kiB, mallocCount: 1 });
  });

  test.each([
    [8, 'Internal', 69_631, 11_462],
    [9, 'Internal', 69_990, 8825],
    [11, 'Other', 67_839, 160],
  ])('of %i, in KB: what Unsafe.allocateMemory got is in %s', (version, name, mallocKiB, mallocCount) => {
    const summary = parseNmtSummary(fixture(`nmt-summary-${version}`));
    expect(summary?.categories.find((category) => category.name === name)).toMatchObject({
      mallocBytes: mallocKiB * kiB,
      mallocCount,
    });
    expect(summary?.categories.some((category) => category.name === 'Other')).toBe(version >= 11);
  });

  test('a tag, further figures in the head of a category, and its end at an empty line', () => {
    const text = [
      'Total: reserved=30KB, committed=20KB',
      '-        Shared class space (reserved=10KB, committed=5KB, readonly=4KB)',
      '                            (malloc=3KB tag=Class #7)',
      '                            (mmap: reserved=7KB, committed=2KB)',
      ' ',
      '                            (malloc=9KB #9)',
      '-                     Other (reserved=20KB, committed=15KB)',
      '                            (arena=1KB #2)',
    ].join('\n');
    expect(parseNmtSummary(text)?.categories).toEqual([
      {
        name: 'Shared class space',
        reservedBytes: 10 * kiB,
        committedBytes: 5 * kiB,
        mallocBytes: 3 * kiB,
        mallocCount: 7,
        mmapReservedBytes: 7 * kiB,
        mmapCommittedBytes: 2 * kiB,
      },
      { name: 'Other', reservedBytes: 20 * kiB, committedBytes: 15 * kiB, arenaBytes: kiB },
    ]);
  });

  test('NMT that is off', () => {
    expect(parseNmtSummary('Native memory tracking is not enabled\n')).toBeUndefined();
  });

  test.each([17, 25])('detail of %i: ranges by category, sorted', (version) => {
    const ranges = parseNmtRanges(fixture(`nmt-ranges-${version}`));
    expect(ranges.filter(({ category }) => category === 'Java Heap')).toEqual([{ ...heap256[0], category: 'Java Heap' }]);
    expect(ranges.filter(({ category }) => category === 'Thread Stack').length).toBeGreaterThan(15);
    expect(ranges.map(({ start }) => start)).toEqual(ranges.map(({ start }) => start).sort((a, b) => a - b));
  });
});

describe('Thread.print', () => {
  test.each([
    [17, 0x5932, 0x7fd5787fe000],
    [25, 27993, 0x7f314f9fe000],
  ])('of %i: native ids, hexadecimal or decimal, and an address in the stack', (version, nativeId, stackAddress) => {
    const threads = parseThreadPrint(fixture(`thread-print-${version}`));
    expect(threads[0]).toEqual({ name: 'main', nativeId, stackAddress });
    expect(threads.find(({ name }) => name === 'Signal Dispatcher')).not.toHaveProperty('stackAddress');
    expect(threads.filter(({ name }) => threadGroup(name) === 'pool-N-thread-N')).toHaveLength(5);
  });

  test('of 11, and a name with quotes and brackets', () => {
    const text =
      '"a \\"b\\" [c]" #12 prio=5 os_prio=0 cpu=0.1ms elapsed=1.0s tid=0x00007f0001 nid=0x10 runnable  [0x00007f0000001000]\n';
    expect(parseThreadPrint(text)).toEqual([{ name: 'a \\"b\\" [c]', nativeId: 16, stackAddress: 0x7f0000001000 }]);
  });

  test('a name that looks like the rest of its line, and lines that are cut', () => {
    const text = '"a" nid=1 [0x1]" #1 nid=0x2 runnable\n"b" #2 prio\n"c nid=3\n"" nid=4 [0x5000]\n';
    expect(parseThreadPrint(text)).toEqual([
      { name: 'a" nid=1 [0x1]', nativeId: 2 },
      { name: '', nativeId: 4, stackAddress: 0x5000 },
    ]);
  });
});

test('GC.class_histogram', () => {
  expect(parseClassHistogram(fixture('class-histogram-17')).slice(0, 2)).toEqual([
    { className: '[B', instances: 7287, bytes: 21306768 },
    { className: 'java.lang.Class', instances: 1450, bytes: 178616 },
  ]);
});

test('VM.metaspace, VM.version, VM.uptime', () => {
  expect(parseMetaspaceCounts(fixture('metaspace-17'))).toEqual({ loaders: 3, classes: 644 });
  expect(parseMetaspaceCounts(fixture('metaspace-25'))).toEqual({ loaders: 2, classes: 776 });
  expect(parseLoaderStats(fixture('classloader-stats-8'))).toEqual({ loaders: 4, classes: 705 });
  expect(parseLoaderStats(fixture('metaspace-25'))).toBeUndefined();
  expect(parseVmVersion('OpenJDK 64-Bit Server VM version 25.0.3+9-LTS\nJDK 25.0.3\n')).toBe('25.0.3');
  // As the property java.version has it.
  const spelt = {
    '8.0_452': '1.8.0_452',
    '8.0': '1.8.0',
    '9.0.4.0': '9.0.4',
    '11.0.0': '11',
    '17.0.10': '17.0.10',
    '25.0.0': '25',
  };
  for (const [told, version] of Object.entries(spelt)) expect(parseVmVersion(`JDK ${told}\n`)).toBe(version);
  expect(parseVmUptimeMs('5.317 s\n')).toBe(5317);
});

describe('collections', () => {
  const counters = (values: Record<string, string>) => new Map(Object.entries({ 'sun.os.hrt.frequency': '1000000000', ...values }));
  const collector = (index: number, name: string, invocations: number, lastExitTime: number) => ({
    [`sun.gc.collector.${index}.name`]: name,
    [`sun.gc.collector.${index}.invocations`]: String(invocations),
    [`sun.gc.collector.${index}.lastExitTime`]: String(lastExitTime),
  });

  test('a young collection is not one of the whole heap, a concurrent cycle is', () => {
    const young = collector(0, 'G1 young collection pauses', 3, 9e9);
    expect(parseCollections(counters({ ...young, ...collector(2, 'G1 concurrent cycle pauses', 0, 0) }))).toEqual({
      collections: 3,
      lastAnyMs: 9000,
    });
    expect(parseCollections(counters({ ...young, ...collector(2, 'G1 concurrent cycle pauses', 2, 4e9) }))).toEqual({
      collections: 5,
      lastAnyMs: 9000,
      lastFullMs: 4000,
    });
  });

  test('what the heap holds outside of eden, in which objects begin', () => {
    const space = (id: string, name: string, used: number) => ({
      [`sun.gc.generation.${id}.name`]: name,
      [`sun.gc.generation.${id}.used`]: String(used),
    });
    const young = { ...space('0.space.0', 'eden', 7), ...space('0.space.1', 's0', 11), ...space('0.space.2', 's1', 13) };
    expect(survivedBytesOf(counters({ ...young, ...space('1.space.0', 'space', 17) }))).toBe(41);
    expect(survivedBytesOf(counters({}))).toBeUndefined();
    expect(survivedBytesOf(counters(space('0.space.1', 's0', -3)))).toBeUndefined();
  });

  test('more collectors than a call may have arguments', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => Object.entries(collector(index, 'x', 1, index * 1e6)));
    expect(parseCollections(counters(Object.fromEntries(many.flat())))).toEqual({
      collections: 200_000,
      lastAnyMs: 199_999,
      lastFullMs: 199_999,
    });
  });

  test('the heap is the sum of its generations and spaces', () => {
    const parts = { 'generation.0.capacity': '13631512', 'generation.1.capacity': '254803976', 'generation.1.space.0.used': '101' };
    const spaces = {
      'generation.0.space.0.used': '7',
      'generation.0.space.0.capacity': '13631496',
      'generation.0.maxCapacity': '1',
    };
    const prefixed = Object.entries({ ...parts, ...spaces }).map(([name, value]) => [`sun.gc.${name}`, value]);
    expect(heapOfCounters(counters(Object.fromEntries(prefixed)))).toEqual({ usedBytes: 108, committedBytes: 256 * 1024 ** 2 });
    expect(heapOfCounters(counters({ 'sun.gc.generation.0.capacity': '1024' }))).toBeUndefined();
    const wrong = { 'sun.gc.generation.0.capacity': '-1', 'sun.gc.generation.0.space.0.used': '1' };
    expect(heapOfCounters(counters(wrong))).toBeUndefined();
  });

  test('counters without collectors tell nothing', () => {
    expect(parseCollections(counters({}))).toBeUndefined();
  });
});

test('classes that were loaded and unloaded, with those of the archive', () => {
  const names = ['loadedClasses', 'unloadedClasses', 'sharedLoadedClasses', 'sharedUnloadedClasses'];
  const of = (...values: string[]) =>
    parseClassCounters(new Map(values.map((value, index) => [`java.cls.${names[index]}`, value])));
  expect(of('7000', '30', '703', '2')).toEqual({ loaded: 7703, unloaded: 32 });
  expect([of(), of('7000'), of('0', '0', '0', '0'), of('7', '-1', '0', '0'), of('x', '0', '0', '0')]).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});
