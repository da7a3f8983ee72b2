// What programs/known_work.c does, to the byte.
import { type AllocatingEntryPoint, allocatingEntryPoints, type EntryPoint, entryPoints } from '../../src/model/counters.ts';
import { bitWidth, type Page, pagePrime, pageSize, prime } from './preloaded.ts';

const buckets = 48;
export const noCalls = Object.fromEntries(entryPoints.map((name) => [name, 0])) as Record<EntryPoint, number>;
export const noFailures = Object.fromEntries(allocatingEntryPoints.map((name) => [name, 0])) as Record<
  AllocatingEntryPoint,
  number
>;
export const knownCalls: typeof noCalls = {
  ...noCalls,
  malloc: 5,
  calloc: 2,
  realloc: 3,
  reallocarray: 1,
  posix_memalign: 2,
  aligned_alloc: 2,
  memalign: 1,
  valloc: 1,
  pvalloc: 1,
  free: 2,
  free_sized: 1,
  free_aligned_sized: 1,
  malloc_usable_size: 1,
};
export const knownFailures: typeof noFailures = {
  ...noFailures,
  malloc: 1,
  calloc: 1,
  realloc: 1,
  reallocarray: 1,
  posix_memalign: 1,
  aligned_alloc: 1,
};
export const keptSizes = [prime, pagePrime * 3, 5, 7, 8, 9, 0];
export const requestedSizes = [prime, prime * 2, pagePrime, pagePrime * 3, prime, 11, 5, 6, 7, 8, 9, 0];

export const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
export const pagesOf = (size: number) => Math.max(1, Math.ceil(size / pageSize));
export const bytesOfPages = (sizes: number[]) => sum(sizes.map(pagesOf)) * pageSize;

export function histogram(sizes: number[]): number[] {
  const counts = Array<number>(buckets).fill(0);
  for (const size of sizes) counts[bitWidth(size)] = (counts[bitWidth(size)] ?? 0) + 1;
  return counts;
}

/** The part of a page of the mmap allocator that a list of live sizes determines. */
export const live = ({ liveAllocations, liveRequestedBytes, liveMappedBytes, roundingWasteBytes, sizeHistogram }: Page) => ({
  liveAllocations,
  liveRequestedBytes,
  liveMappedBytes,
  roundingWasteBytes,
  histogram: sizeHistogram.live,
});
export const liveOf = (sizes: number[]) => ({
  liveAllocations: sizes.length,
  liveRequestedBytes: sum(sizes),
  liveMappedBytes: bytesOfPages(sizes),
  roundingWasteBytes: bytesOfPages(sizes) - sum(sizes),
  histogram: histogram(sizes),
});
