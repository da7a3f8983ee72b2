import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AddressRange } from '../../../src/model/address-range.ts';
import type { HeapRange } from '../../../src/model/inspection.ts';
import type { JvmPlace } from '../../../src/native/jvm-places.ts';
import { type JvmFacts, toFacts } from '../../../src/observe/jvm.ts';
import { addPlaces } from '../../../src/observe/own-places.ts';
import { knownRanges } from '../../../src/observe/regions/known-ranges.ts';
import { kindsNotFound } from '../../../src/observe/regions/not-found.ts';
import type { KnownRange } from '../../../src/observe/regions/ranges.ts';
import { joinRanges } from '../../../src/parse/address-range.ts';
import { parseNmtRanges } from '../../../src/parse/nmt.ts';
import { parseSmaps } from '../../fixtures/parse-smaps.ts';

const mebibyte = 1024 ** 2;
/** A real JVM of each version: what it answers, its anonymous mappings, and glibc's heaps as the inspector found them. */
const read = (jvm: string, name: string) =>
  readFileSync(new URL(`../../fixtures/jvm/places/${jvm}/${name}.txt`, import.meta.url), 'utf8');

function factsOf(jvm: string): JvmFacts {
  const commands = { 'GC.heap_info': 'heap-info', 'VM.info': 'vm-info', 'VM.metaspace': 'metaspace', 'Thread.print': 'threads' };
  const texts = new Map(Object.entries(commands).map(([command, name]) => [command, read(jvm, name)]));
  return toFacts({ texts, commands: new Set(), tooLong: [] });
}

/** With what `readJvmPlaces` read of that JVM. */
function factsWithPlaces(jvm: string): JvmFacts {
  const [collector = '', ...lines] = read(jvm, 'places').trim().split('\n');
  const places = lines.map((line): JvmPlace => {
    const [, start = '', end = '', kind] = /^(\w+)-(\w+) (.*)$/.exec(line) ?? [];
    return { start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), kind: kind as JvmPlace['kind'] };
  });
  return addPlaces(factsOf(jvm), { collector, places });
}

function heapsOf(jvm: string): HeapRange[] {
  return [...read(jvm, 'heaps').matchAll(/^(\w+)-(\w+) (main|arena|mmapped)$/gm)].map(([, start = '', end = '', kind]) => ({
    start: Number.parseInt(start, 16),
    end: Number.parseInt(end, 16),
    kind: kind as HeapRange['kind'],
  }));
}

function rangesOf(
  name: string,
  jvm = factsOf(name),
  heaps = heapsOf(name),
  mappings = parseSmaps(read(name, 'smaps')),
): KnownRange[] {
  const threads = jvm.threads.map(({ name: thread, nativeId }) => ({ tid: nativeId, innerTid: nativeId, name: thread }));
  const inspection = { ranges: heaps };
  return knownRanges({ mappings, jvm, inspection, threads, isJvm: true, isGlibc: true });
}

const joined = (ranges: readonly AddressRange[]) =>
  joinRanges(ranges).map(({ start, end }) => [start, end].map((at) => at.toString(16)));
const found = (ranges: readonly KnownRange[], kind: KnownRange['kind']) => joined(ranges.filter((range) => range.kind === kind));
const byNmt = (name: string, categories: readonly string[], leastBytes = 0, mostBytes = Number.POSITIVE_INFINITY) =>
  joined(
    parseNmtRanges(read(name, 'nmt-ranges'))
      .filter(({ category }) => categories.includes(category))
      .filter(({ start, end }) => end - start >= leastBytes && end - start <= mostBytes),
  );

describe('where a JVM without NMT has its memory is where NMT says it is', () => {
  test.each(['8-G1', '8-Par', '9-G1', '11-G1', '11-Z', '13-Par', '17-Z', '17-Par', '21-Z', '25-Shen'])(
    'metaspace and class space of %s',
    (name) => {
      expect(found(rangesOf(name), 'metaspace')).toEqual(byNmt(name, ['Class', 'Metaspace']));
    },
  );

  test.each(['8-G1', '9-G1', '11-Z', '25-Shen'])('code of %s', (name) => {
    expect(found(rangesOf(name), 'code cache')).toEqual(byNmt(name, ['Code'], 16 * mebibyte));
  });

  test('metaspace of JDK 11, where its data looks like a block of malloc', () => {
    const [first] = parseNmtRanges(read('11-G1', 'nmt-ranges')).filter(
      ({ start, end, category }) => category === 'Class' && end - start === 8 * mebibyte,
    );
    const start = (first?.start ?? 0) + 0xa6000;
    const heaps: HeapRange[] = [...heapsOf('11-G1'), { start, end: start + 1536 * 1024, kind: 'mmapped' }];
    const ranges = rangesOf('11-G1', factsOf('11-G1'), heaps);
    expect(found(ranges, 'metaspace')).toEqual(byNmt('11-G1', ['Class']));
    expect(found(ranges, 'glibc mmapped')).toEqual(found(rangesOf('11-G1'), 'glibc mmapped'));
  });

  test('metaspace of JDK 16, which NMT calls unknown', () => {
    expect(found(rangesOf('16-G1'), 'metaspace')).toEqual(byNmt('16-G1', ['Class', 'Unknown']));
  });

  test('the two bitmaps of JDK 8 on G1, each a sixty-fourth of a heap of 256 MiB', () => {
    const bitmaps = byNmt('8-G1', ['GC'], 4 * mebibyte, 4 * mebibyte);
    expect(bitmaps).toEqual([['7f7db2400000', '7f7db2c00000']]);
    expect(found(rangesOf('8-G1'), 'gc')).toEqual(bitmaps);
  });

  test('of G1 what lies beside the cards that VM.info tells of: the table of where blocks begin', () => {
    const [tableAndCards] = byNmt('16-G1', ['GC'], 512 * 1024, 512 * 1024);
    expect(tableAndCards).toEqual(['7f02c0728000', '7f02c0828000']);
    expect(found(rangesOf('16-G1'), 'gc')).toContainEqual(tableAndCards);
  });

  test('of G1 tables that the kernel has merged with the bitmaps are known by their size', () => {
    const jvm = factsOf('16-G1');
    const mappings = parseSmaps(read('16-G1', 'smaps'));
    const [bitmap] = jvm.info.gc.filter(({ start, end }) => end - start === 4 * mebibyte).toSorted((a, b) => b.start - a.start);
    const [start, end] = [bitmap?.start ?? 0, bitmap?.end ?? 0];
    const committed = mappings.find(({ perms, path, vmFlags }) => perms === 'rw-p' && path === '' && /\bac\b/.test(vmFlags));
    if (!committed) throw new Error('it has no committed memory');
    const merged = (more: number) => [
      ...mappings.filter((mapping) => mapping.end <= start || mapping.start >= end + mebibyte),
      { ...committed, start, end: end + more },
    ];
    const sorted = (more: number) => merged(more).toSorted((a, b) => a.start - b.start);
    const gcWith = (more: number) => found(rangesOf('16-G1', jvm, heapsOf('16-G1'), sorted(more)), 'gc');
    const hex = (address: number) => address.toString(16);
    expect(gcWith(mebibyte)).toContainEqual([hex(start), hex(end + mebibyte)]);
    // A quarter more than two tables have: it is something else.
    expect(gcWith(1.25 * mebibyte)).toContainEqual([hex(start), hex(end)]);
  });

  test.each(['13-Par', '17-Par'])('both bitmaps of Parallel in %s, and its cards', (name) => {
    const gc = found(rangesOf(name), 'gc');
    expect(gc).toEqual(expect.arrayContaining(byNmt(name, ['GC'], 8 * mebibyte, 8 * mebibyte)));
    expect(gc).toHaveLength(2);
  });

  test('mark stacks of ZGC are its own, and no metaspace', () => {
    expect(found(rangesOf('11-Z'), 'gc')).toEqual([['150000000000', '160000000000']]);
    expect(found(rangesOf('17-Z'), 'gc')).toEqual(byNmt('17-Z', ['GC'], 8192 * mebibyte));
    expect(found(rangesOf('21-Z'), 'gc')).toEqual(byNmt('21-Z', ['GC'], 8192 * mebibyte));
  });

  test('a block of 16 MiB that the kernel has merged with the mark stacks of ZGC behind it is not theirs', () => {
    const [[at = ''] = []] = byNmt('17-Z', ['GC'], 8192 * mebibyte);
    const start = Number.parseInt(at, 16);
    // In place of the arena that ends there.
    const isElsewhere = (range: AddressRange) => range.end <= start - 64 * mebibyte || range.start >= start;
    const mappings = parseSmaps(read('17-Z', 'smaps')).filter(isElsewhere);
    const merged = mappings.map((mapping) => (mapping.start === start ? { ...mapping, start: start - 16 * mebibyte } : mapping));
    const ranges = rangesOf('17-Z', factsOf('17-Z'), heapsOf('17-Z').filter(isElsewhere), merged);
    expect(found(ranges, 'gc')).toEqual(byNmt('17-Z', ['GC'], 8192 * mebibyte));
  });

  test('the bitmap of Shenandoah, beside a reserved one', () => {
    const [bitmap] = found(rangesOf('25-Shen'), 'gc');
    expect(byNmt('25-Shen', ['GC'], 8 * mebibyte)).toEqual([[expect.any(String), bitmap?.[1]]]);
    expect(Number(`0x${bitmap?.[1]}`) - Number(`0x${bitmap?.[0]}`)).toBe(8 * mebibyte);
  });
});

describe('where a JVM of JDK 8 has its memory by its own structures is where NMT says it is', () => {
  const asGc = ['GC'];

  test.each([
    ['8u77-Par', asGc],
    ['8u77-G1', asGc],
    // NMT does not know what the bitmaps and the mark stack of CMS are.
    ['8u482-CMS', [...asGc, 'Unknown']],
    ['8u482-Serial', asGc],
  ])('all that it has reserved itself: %s', (name, categories) => {
    const ranges = rangesOf(name, factsWithPlaces(name));
    expect(found(ranges, 'java heap')).toEqual(byNmt(name, ['Java Heap']));
    expect(found(ranges, 'metaspace')).toEqual(byNmt(name, ['Class']));
    expect(found(ranges, 'code cache')).toEqual(byNmt(name, ['Code']));
    expect(found(ranges, 'gc')).toEqual(byNmt(name, categories));
    expect(kindsNotFound(factsWithPlaces(name), ranges)).toEqual([]);
  });

  test.each([
    ['8u77-Par', 'Parallel'],
    ['8u77-G1', 'G1'],
    ['8u482-CMS', 'CMS'],
    ['8u482-Serial', 'Serial'],
  ])('and its collector, which 8u77 does not tell either: %s', (name, collector) => {
    expect(factsWithPlaces(name).heap.collector).toBe(collector);
    expect(joined(factsWithPlaces(name).heapRanges)).toEqual([['f0000000', '100000000']]);
  });

  test('without them 8u77 has no heap and no metaspace', () => {
    const ranges = rangesOf('8u77-Par');
    expect(found(ranges, 'java heap')).toEqual([]);
    expect(kindsNotFound({ ...factsOf('8u77-Par'), hasAnswered: true }, ranges)).toEqual(['java heap', 'metaspace', 'gc']);
  });
});

describe('what a JVM has but nobody could place is named', () => {
  test('nothing, where all was found', () => {
    expect(kindsNotFound(factsOf('8-G1'), rangesOf('8-G1'))).toEqual([]);
    expect(kindsNotFound(factsOf('17-Z'), rangesOf('17-Z'))).toEqual([]);
  });

  test('metaspace of which it says more than there is room for', () => {
    const facts = factsOf('11-G1');
    const more = { ...facts, metaspace: { usedBytes: 0, committedBytes: 1200 * mebibyte, reservedBytes: 1300 * mebibyte } };
    const ranges = rangesOf('11-G1', more);
    expect(found(ranges, 'metaspace')).toEqual([['840000000', '880000000']]);
    expect(kindsNotFound(more, ranges)).toEqual(['metaspace']);
  });

  test('all, where it tells its version alone, as the first builds of JDK 8 do; nothing of one that does not answer', () => {
    const facts = (...texts: [string, string][]) => toFacts({ texts: new Map(texts), commands: new Set(), tooLong: [] });
    expect(kindsNotFound(facts(['VM.version', 'JDK 8.0_101\n']), [])).toEqual(['java heap', 'metaspace', 'code cache', 'gc']);
    expect(kindsNotFound(facts(), [])).toEqual([]);
  });
});
