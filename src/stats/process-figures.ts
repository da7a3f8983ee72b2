import type { Evidence, Region, RegionKind } from '../model/doctor.ts';
import type { HeapInspection } from '../model/inspection.ts';

export function regionOf({ regions }: Evidence, kind: RegionKind): Region | undefined {
  return regions.find((region) => region.kind === kind);
}

export function rssOf(evidence: Evidence, ...kinds: RegionKind[]): number {
  return kinds.reduce((sum, kind) => sum + (regionOf(evidence, kind)?.rssBytes ?? 0), 0);
}

export interface MallocRss {
  /** Resident bytes of blocks in use, mmapped ones among them. */
  liveRssBytes: number;
  /** What malloc_trim(3) gives back. */
  trimmableBytes: number;
  arenaTopBytes: number;
  subPageBytes: number;
  /** Free and resident, of any class. */
  freeRssBytes: number;
}

/** The heaps as far as they are divided here; a result file of another version may have less. */
interface WithMalloc {
  malloc?: { [Part in 'totals' | 'mmapped' | 'census']?: HeapInspection[Part] | undefined } | undefined;
}

/** How the RSS of glibc's heaps divides. Undefined where the heaps were not read. */
export function mallocRss({ malloc }: WithMalloc): MallocRss | undefined {
  if (!malloc?.totals || !malloc.mmapped) return undefined;
  const { rssBytes, residentFree, unreadableBytes } = malloc.totals;
  const { pageBytes, mainTopBytes, arenaTopBytes, subPageBytes } = residentFree;
  const freeRssBytes = pageBytes + mainTopBytes + arenaTopBytes + subPageBytes;
  const liveRssBytes = Math.max(0, rssBytes - freeRssBytes - unreadableBytes) + malloc.mmapped.rssBytes;
  return { liveRssBytes, trimmableBytes: pageBytes + mainTopBytes, arenaTopBytes, subPageBytes, freeRssBytes };
}

/**
 * Resident bytes of zlib states: a window is allocated whole and touched as far as it was used, so their part of the live blocks is taken
 * of the resident ones. 0 where none are, undefined where nobody looked.
 */
export function zlibRssBytes({ malloc }: WithMalloc): number | undefined {
  const figures = mallocRss({ malloc });
  if (!figures || !malloc?.totals || !malloc.mmapped || !malloc.census) return undefined;
  const liveBytes = malloc.totals.liveBytes + malloc.mmapped.sizeBytes;
  return liveBytes === 0 ? 0 : Math.round(figures.liveRssBytes * Math.min(1, malloc.census.bytes / liveBytes));
}
