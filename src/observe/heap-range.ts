import type { AddressRange } from '../model/address-range.ts';
import { joinRanges } from '../parse/address-range.ts';
import type { MapsEntry } from '../parse/maps.ts';
import type { Mapping } from '../parse/smaps.ts';

export interface JavaHeapRss {
  /** As the kernel counts RSS. ZGC without generations (up to JDK 23) maps the heap three times, and each page counts once for each view that has touched it. */
  rssBytes: number;
  /** Memory that the heap really occupies: below `rssBytes` only where pages are mapped more than once. */
  occupiedBytes: number;
  swapBytes: number;
}

/** ZGC's heap is a memfd or a file of this name, in every version (jdk: zPhysicalMemoryBacking_linux.cpp); no other collector has one by default. */
const zHeapName = /\/(?:memfd:)?java_heap(?:\.|$)/;

/**
 * Where ZGC's heap lies, as its mappings tell; undefined where there are none. Until JDK 22 it maps each page at up to three addresses: RSS counts such a page
 * as often, and so do these ranges. Each view begins at a power of two and has the addresses up to the next (zAddress), where it grows as it needs.
 */
export function zHeapRanges(mappings: readonly MapsEntry[]): AddressRange[] | undefined {
  const powers = new Set(mappings.filter(isZHeap).map(({ start }) => 2 ** Math.floor(Math.log2(start))));
  return powers.size > 0 ? [...powers].map((start) => ({ start, end: 2 * start })) : undefined;
}

/**
 * Sums the mappings that lie within the heap. The heap is reserved as a whole and committed with other permissions than its neighbours', so no mapping
 * reaches beyond it by more than the alignment the kernel merges at; one that does counts by its share.
 */
export function sumJavaHeap(mappings: readonly Mapping[], ranges: readonly AddressRange[]): JavaHeapRss | undefined {
  const heap = { rssBytes: 0, occupiedBytes: 0, swapBytes: 0 };
  let found = false;
  const wanted = joinRanges(ranges);
  for (const mapping of mappings) {
    const inside = isZHeap(mapping) ? mapping.end - mapping.start : overlap(mapping, wanted);
    if (inside === 0) continue;
    found = true;
    const share = inside / (mapping.end - mapping.start);
    heap.rssBytes += mapping.rssBytes * share;
    heap.occupiedBytes += (isZHeap(mapping) ? mapping.pssBytes : mapping.rssBytes) * share;
    heap.swapBytes += mapping.swapBytes * share;
  }
  if (!found) return undefined;
  const { rssBytes, occupiedBytes, swapBytes } = heap;
  return { rssBytes: Math.round(rssBytes), occupiedBytes: Math.round(occupiedBytes), swapBytes: Math.round(swapBytes) };
}

export function isZHeap({ path }: Pick<MapsEntry, 'path'>): boolean {
  return zHeapName.test(path);
}

function overlap(mapping: AddressRange, ranges: readonly AddressRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, mapping.end) - Math.max(start, mapping.start)), 0);
}
