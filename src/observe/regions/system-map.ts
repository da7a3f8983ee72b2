import type { RegionKind } from '../../model/doctor.ts';
import type { NmtSummary } from '../../parse/nmt.ts';
import type { TaggedRange } from '../../parse/system-map.ts';
import type { KnownRange } from './ranges.ts';

const kinds: Readonly<Record<string, RegionKind>> = {
  JAVAHEAP: 'java heap',
  CODE: 'code cache',
  META: 'metaspace',
  CLASS: 'metaspace',
  CDS: 'cds',
  GC: 'gc',
  CARDTBL: 'gc',
};
/** NMT's own words for the same. */
const categories: Readonly<Record<string, RegionKind>> = {
  'Java Heap': 'java heap',
  Code: 'code cache',
  Metaspace: 'metaspace',
  Class: 'metaspace',
  'Shared class space': 'cds',
  GC: 'gc',
  GCCardSet: 'gc',
};
/** NMT counts some tables in bytes, and mappings are of pages. */
const slackBytes = 64 * 1024;

/**
 * Where the JVM has its memory, by System.map. The kernel merges neighbours, and then a whole mapping has the tag of what the JVM has in a part of it: a kind that
 * has more addresses there than NMT says are reserved is not taken.
 */
export function systemMapRanges(tagged: readonly TaggedRange[], nmt: NmtSummary | undefined): KnownRange[] {
  if (!nmt) return [];
  const ranges = tagged.flatMap(({ start, end, tag }) => {
    const kind = kinds[tag];
    return kind ? [{ start, end, kind }] : [];
  });
  const told = sumByKind(ranges.map(({ start, end, kind }) => [kind, end - start]));
  const reserved = sumByKind(
    nmt.categories.flatMap(({ name, mmapReservedBytes = 0 }): [RegionKind, number][] => {
      const kind = categories[name];
      return kind ? [[kind, mmapReservedBytes]] : [];
    }),
  );
  return ranges.filter(({ kind }) => (told.get(kind) ?? 0) <= (reserved.get(kind) ?? 0) + slackBytes);
}

function sumByKind(sizes: readonly (readonly [RegionKind, number])[]): Map<RegionKind, number> {
  const sums = new Map<RegionKind, number>();
  for (const [kind, bytes] of sizes) sums.set(kind, (sums.get(kind) ?? 0) + bytes);
  return sums;
}
