import type { ArenaInspection, HeapFigures, HeapInspection, HeapRange } from '../model/inspection.ts';

/** As many arenas as a host of 128 cores has by default: 8 a core. */
export const mostArenasListed = 1024;
/** Each arena has some, of 64 MiB, and a mapped block one of its own. */
export const mostRangesListed = 4096;
/** The inspector tells some thousands of one process. */
export const mostSizesListed = 32;

/**
 * The lists of an inspection as a result has them: the arenas that keep most, the longest ranges, each in the order that it had, and the sums of the others. Its own sums stay
 * what they are.
 */
export function boundLists(inspection: HeapInspection): HeapInspection {
  const [arenas, otherArenas] = split(inspection.arenas, mostArenasListed, rankOf);
  const [ranges, otherRanges] = split(inspection.ranges, mostRangesListed, bytesOf);
  return {
    ...inspection,
    arenas,
    ...(otherArenas.length === 0 ? {} : { otherArenas: sumArenas(otherArenas) }),
    ranges,
    ...(otherRanges.length === 0 ? {} : { otherRanges: { count: otherRanges.length, sizeBytes: sumBy(otherRanges, bytesOf) } }),
  };
}

/** The sizes of an inspection that asked for all, as a result has them. */
export function boundSizes({ sizes, mmapped, ...inspection }: HeapInspection): HeapInspection {
  const shown = (mmapped.sizes ?? []).slice(0, mostSizesListed);
  return {
    ...inspection,
    mmapped: mmapped.sizes ? { ...mmapped, sizes: shown } : mmapped,
    ...(sizes ? { sizes: sizes.slice(0, mostSizesListed) } : {}),
  };
}

/** Of more than `most` those of the highest rank, and the others. */
function split<Item>(items: readonly Item[], most: number, rank: (item: Item) => number): [Item[], Item[]] {
  if (items.length <= most) return [[...items], []];
  const kept = new Set(items.toSorted((a, b) => rank(b) - rank(a)).slice(0, most));
  return [items.filter((item) => kept.has(item)), items.filter((item) => !kept.has(item))];
}

/** What it keeps, that is what is free and resident; before all others the main arena. */
function rankOf({ isMain, residentFree }: ArenaInspection): number {
  if (isMain) return Number.POSITIVE_INFINITY;
  return Object.values(residentFree).reduce((sum, bytes) => sum + bytes, 0);
}

function bytesOf({ start, end }: HeapRange): number {
  return end - start;
}

function sumArenas(arenas: readonly ArenaInspection[]): NonNullable<HeapInspection['otherArenas']> {
  const sum = (pick: (arena: HeapFigures) => number) => sumBy(arenas, pick);
  return {
    count: arenas.length,
    heaps: sumBy(arenas, ({ heaps }) => heaps),
    sizeBytes: sum(({ sizeBytes }) => sizeBytes),
    rssBytes: sum(({ rssBytes }) => rssBytes),
    liveBytes: sum(({ liveBytes }) => liveBytes),
    liveChunks: sum(({ liveChunks }) => liveChunks),
    freeBytes: sum(({ freeBytes }) => freeBytes),
    freeChunks: sum(({ freeChunks }) => freeChunks),
    residentFree: {
      pageBytes: sum(({ residentFree }) => residentFree.pageBytes),
      mainTopBytes: sum(({ residentFree }) => residentFree.mainTopBytes),
      arenaTopBytes: sum(({ residentFree }) => residentFree.arenaTopBytes),
      subPageBytes: sum(({ residentFree }) => residentFree.subPageBytes),
    },
    unknownBytes: sum(({ unknownBytes }) => unknownBytes),
    fastbinBytes: sum(({ fastbinBytes = 0 }) => fastbinBytes),
    tcacheBytes: sum(({ tcacheBytes = 0 }) => tcacheBytes),
    unreadableBytes: sum(({ unreadableBytes }) => unreadableBytes),
    unreadableRssBytes: sum(({ unreadableRssBytes = 0 }) => unreadableRssBytes),
    estimatedRssBytes: sum(({ estimatedRssBytes = 0 }) => estimatedRssBytes),
  };
}

function sumBy<Item>(items: readonly Item[], pick: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + pick(item), 0);
}
