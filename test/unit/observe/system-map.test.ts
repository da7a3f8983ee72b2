import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemMapRanges } from '../../../src/observe/regions/system-map.ts';
import type { NmtSummary } from '../../../src/parse/nmt.ts';
import { parseSystemMap } from '../../../src/parse/system-map.ts';

/** Of JDK 25 with G1, 9,001 class loaders and NMT. */
const tagged = parseSystemMap(readFileSync(new URL('../../fixtures/jvm/system-map-25.txt', import.meta.url), 'utf8'));
const mebibyte = 1024 ** 2;

const sizes = (ranges: readonly { start: number; end: number }[]) => ranges.map(({ start, end }) => (end - start) / mebibyte);
const nmt = (reserved: Record<string, number>): NmtSummary => ({
  reservedBytes: 0,
  committedBytes: 0,
  categories: Object.entries(reserved).map(([name, mib]) => {
    const bytes = mib * mebibyte;
    return { name, reservedBytes: bytes, committedBytes: bytes, mmapReservedBytes: bytes };
  }),
});

test('mappings of one tag side by side are one range', () => {
  expect(sizes(tagged.filter(({ tag }) => tag === 'META'))).toEqual([64, 64]);
  expect(sizes(tagged.filter(({ tag }) => tag === 'JAVAHEAP'))).toEqual([256]);
  expect(sizes(tagged.filter(({ tag }) => tag === 'CLASS'))).toEqual([1024]);
});

test('threads are told elsewhere, and a mapping of two kinds is of none', () => {
  const line = (info: string) => `0x0000000000001000-0x0000000000002000 4096 rw-p 4096 0 4K com ${info} -\n`;
  expect(parseSystemMap(line('META'))).toEqual([{ start: 4096, end: 8192, tag: 'META' }]);
  expect(['META,GC', 'STACK-7-GC', '-'].flatMap((info) => parseSystemMap(line(info)))).toEqual([]);
});

test('kinds, where NMT has reserved as much of them', () => {
  const reserved = { 'Java Heap': 256, Metaspace: 128, Class: 1024, Code: 244, GC: 40 };
  const kinds = new Map<string, number>();
  for (const { kind, start, end } of systemMapRanges(tagged, nmt(reserved)))
    kinds.set(kind, (kinds.get(kind) ?? 0) + (end - start) / mebibyte);
  expect([...kinds.keys()].sort()).toEqual(['code cache', 'gc', 'java heap', 'metaspace']);
  expect(kinds.get('metaspace')).toBe(1152);
});

test('a kind that was merged with something else is not taken, and without NMT nothing is', () => {
  const merged = systemMapRanges(tagged, nmt({ 'Java Heap': 256, Metaspace: 64, Class: 1024 }));
  expect(new Set(merged.map(({ kind }) => kind))).toEqual(new Set(['java heap']));
  expect(systemMapRanges(tagged, undefined)).toEqual([]);
});
