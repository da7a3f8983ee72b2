import type { Region, RegionKind } from '../model/doctor.ts';
import type { HeapFigures, HeapInspection } from '../model/inspection.ts';

export function regionOf<Part extends Pick<Region, 'kind'>>(
  { regions }: { regions: readonly Part[] },
  kind: RegionKind,
): Part | undefined {
  return regions.find((region) => region.kind === kind);
}

export function rssOf(parts: { regions: readonly Pick<Region, 'kind' | 'rssBytes'>[] }, ...kinds: RegionKind[]): number {
  return kinds.reduce((sum, kind) => sum + (regionOf(parts, kind)?.rssBytes ?? 0), 0);
}

export interface MallocRss {
  /** Resident bytes of blocks in use, mmapped ones among them. Blocks in tcaches and fastbins are free. */
  liveRssBytes: number;
  /** What malloc_trim(3) gives back. */
  trimmableBytes: number;
  arenaTopBytes: number;
  subPageBytes: number;
  /** In threads' tcaches. Chunks in fastbins are in the other figures: a trim merges them with their free neighbours. */
  tcacheBytes: number;
  /** Free and resident, of any class. */
  freeRssBytes: number;
  /** What could not be read: in use or free. */
  unreadBytes: number;
}

/** The heaps as far as they are divided here; a result file of another version may have less. */
interface WithMalloc {
  malloc?: { [Part in 'totals' | 'mmapped' | 'census']?: HeapInspection[Part] | undefined } | undefined;
}

/** How the RSS of glibc's heaps divides. Undefined where the heaps were not read. */
export function mallocRss({ malloc }: WithMalloc): MallocRss | undefined {
  if (!malloc?.totals || !malloc.mmapped) return undefined;
  const { rssBytes, residentFree, unknownBytes, unreadableBytes } = malloc.totals;
  // Older results tell neither of the two; which blocks of a tcache are resident none does. As much is taken to be as may be.
  const { tcacheBytes: inTcaches = unknownBytes, unreadableRssBytes = unreadableBytes } = malloc.totals;
  const { pageBytes, mainTopBytes, arenaTopBytes, subPageBytes } = residentFree;
  const chunksBytes = pageBytes + mainTopBytes + arenaTopBytes + subPageBytes;
  const unreadBytes = within(unreadableRssBytes, rssBytes - chunksBytes);
  const tcacheBytes = within(inTcaches, rssBytes - chunksBytes - unreadBytes);
  const freeRssBytes = chunksBytes + tcacheBytes;
  return {
    liveRssBytes: Math.max(0, rssBytes - freeRssBytes - unreadBytes) + malloc.mmapped.rssBytes,
    trimmableBytes: pageBytes + mainTopBytes,
    arenaTopBytes,
    subPageBytes,
    tcacheBytes,
    freeRssBytes,
    unreadBytes,
  };
}

function within(bytes: number, mostBytes: number): number {
  return Math.min(bytes, Math.max(0, mostBytes));
}

/** Chunks that the program has allocated and not freed, resident or not: those in tcaches and fastbins only look so. */
export function chunksInUseBytes({ liveBytes, unknownBytes }: Pick<HeapFigures, 'liveBytes' | 'unknownBytes'>): number {
  return Math.max(0, liveBytes - unknownBytes);
}

/** The same, and blocks with a mapping of their own. */
export function blocksInUseBytes({ totals, mmapped }: Pick<HeapInspection, 'totals' | 'mmapped'>): number {
  return chunksInUseBytes(totals) + mmapped.sizeBytes;
}

/**
 * Resident bytes of some of the blocks in use: their part of the resident ones, since nobody looked at their pages. Undefined where nobody looked at the
 * heaps.
 */
export function residentPart({ malloc }: WithMalloc, allocatedBytes: number): number | undefined {
  const figures = mallocRss({ malloc });
  if (!figures || !malloc?.totals || !malloc.mmapped) return undefined;
  const usedBytes = blocksInUseBytes({ totals: malloc.totals, mmapped: malloc.mmapped });
  return usedBytes === 0 ? 0 : Math.round(figures.liveRssBytes * Math.min(1, allocatedBytes / usedBytes));
}

/** Resident bytes of zlib states: a window is allocated whole and touched as far as it was used. 0 where none are, undefined where nobody looked. */
export function zlibRssBytes(evidence: WithMalloc): number | undefined {
  const { census } = evidence.malloc ?? {};
  return census === undefined ? undefined : residentPart(evidence, census.bytes);
}
