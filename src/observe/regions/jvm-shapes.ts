import type { AddressRange } from '../../model/address-range.ts';
import { isAnonymous, type Mapping } from '../../parse/smaps.ts';
import type { JvmFacts } from '../jvm.ts';
import { type Chain, isExact, isReserved, type Window } from './chains.ts';
import type { KnownRange } from './ranges.ts';

const [gibibyte, tebibyte] = [1024 ** 3, 1024 ** 4];
/** What ZGC reserves for mark stacks: a fixed range of addresses in JDK 11 and 13, ZMarkStackSpaceLimit since (zMarkStackAllocator.cpp). */
const markStackBytes = [tebibyte, 8 * gibibyte];
/** Below this a bitmap is too small to be told from other mappings. */
const leastBitmapBytes = 1024 ** 2;

/** Code of a JVM that does not tell its address (JDK 8): nothing else of a JVM is writable and executable at once. Each with what is reserved behind it. */
export function codeByShape(mappings: readonly Mapping[]): KnownRange[] {
  return mappings.flatMap((mapping, index): KnownRange[] => {
    const { perms, start, end } = mapping;
    if (!isAnonymous(mapping) || perms !== 'rwxp') return [];
    const next = mappings[index + 1];
    return [{ start, end: next?.start === end && isReserved(next) ? next.end : end, kind: 'code cache' }];
  });
}

/** Tables of collectors that do not tell their addresses, by the size that they reserve. */
export function gcByShape(chains: readonly Chain[], { heap, heapRanges, info }: JvmFacts): KnownRange[] {
  const windows = (bytes: number) => chains.flatMap((chain) => chain.windows(bytes));
  if (heap.collector === 'ZGC') return toRanges(mostExact(markStackBytes.flatMap(windows)).slice(0, 1));
  const heapBytes = heapRanges.reduce((sum, { start, end }) => sum + end - start, 0);
  if (info.gc.length > 0) return heap.collector === 'G1' ? toRanges(tablesBeside(info.gc, heapBytes, windows)) : [];
  for (const { shareOfHeap, bitmaps } of bitmapsOf[heap.collector] ?? []) {
    const bytes = heapBytes / shareOfHeap;
    const found = bytes < leastBitmapBytes ? [] : windows(bytes).filter(isExact);
    if (found.length > 0) return toRanges(found.slice(0, bitmaps));
  }
  return [];
}

/** What G1 has beside its cards and bitmaps: where blocks begin, and until JDK 19 counts of cards, a byte for 512 of the heap each (G1CollectedHeap::initialize). */
const [tableShare, mostTables] = [512, 2];

/** VM.info tells of cards and bitmaps alone. The kernel has merged the other tables with them: such a mapping is a number of tables and nothing else. */
function tablesBeside(told: readonly AddressRange[], heapBytes: number, windows: (bytes: number) => Window[]): Window[] {
  const isBeside = ({ start, end }: Window) => told.some((range) => range.end === start || range.start === end);
  const counts = Array.from({ length: mostTables }, (_, index) => index + 1);
  return counts.flatMap((count) =>
    windows((count * heapBytes) / tableShare).filter((window) => isExact(window) && isBeside(window)),
  );
}

/** The kernel may merge what is committed with a mapping before it, seldom what is only reserved with one behind it. */
function mostExact(windows: readonly Window[]): Window[] {
  const rank = ({ startsWithMapping, endsWithMapping }: Window) => Number(startsWithMapping) + 2 * Number(endsWithMapping);
  return windows.toSorted((a, b) => rank(b) - rank(a));
}

/** A bit for each word of the heap, or two: shares are those of what is reserved at once. Serial and CMS have none, or a small one. */
const bitmapsOf: Partial<Record<JvmFacts['heap']['collector'], { shareOfHeap: number; bitmaps: number }[]>> = {
  G1: [{ shareOfHeap: 64, bitmaps: 2 }],
  Parallel: [{ shareOfHeap: 32, bitmaps: 1 }],
  Shenandoah: [
    { shareOfHeap: 32, bitmaps: 1 },
    { shareOfHeap: 64, bitmaps: 1 },
  ],
};

function toRanges(windows: readonly Window[]): KnownRange[] {
  return windows.map(({ start, end }) => ({ start, end, kind: 'gc' }));
}
