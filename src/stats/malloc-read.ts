import type { HeapInspection } from '../model/inspection.ts';
import { bytesPerMiB, formatCount, formatMiB, formatPercentDown } from '../model/units.ts';
import { mallocRss } from './process-figures.ts';

/** How much of malloc an inspection has read, in resident bytes. */
export interface MallocRead {
  /** Of the heaps, and of blocks with a mapping of their own. */
  rssBytes: number;
  /** In use or free: nobody knows. */
  unreadBytes: number;
  /** Of heaps that there was no time to walk: their figures are estimated from the others. */
  estimatedBytes: number;
  /** What was read, 0 to 1. */
  share: number;
  /** Of blocks with a mapping of their own that glibc counts and nobody found: all in use, resident or not. */
  missingBytes: number;
  /** What may be of another kind than the figures say: all that is unread, and the error of the estimate. */
  uncertainBytes: number;
}

/** As much as a busy program moves while it is looked at. */
const littleShare = 0.03;

/** A block comes or goes between glibc's count and ours. */
const leastMissingBytes = bytesPerMiB;

type Heaps = Pick<HeapInspection, 'totals' | 'mmapped' | 'sample' | 'unfollowedLists'>;

export function mallocRead(malloc: Heaps): MallocRead {
  const { unreadBytes = 0, freeRssBytes = 0 } = mallocRss({ malloc }) ?? {};
  const rssBytes = malloc.totals.rssBytes + malloc.mmapped.rssBytes;
  const { estimatedRssBytes: estimatedBytes = 0 } = malloc.totals;
  const { missingBytes = 0 } = malloc.mmapped;
  const errorBytes = errorOf(malloc, estimatedBytes, freeRssBytes);
  return {
    rssBytes,
    unreadBytes,
    estimatedBytes,
    share: rssBytes === 0 ? 1 : Math.max(0, 1 - (unreadBytes + estimatedBytes) / rssBytes),
    missingBytes: missingBytes < leastMissingBytes ? 0 : missingBytes,
    uncertainBytes: unreadBytes + errorBytes,
  };
}

/** A sample that is too small to tell its own error tells nothing. */
function errorOf({ sample }: Heaps, estimatedBytes: number, freeRssBytes: number): number {
  if (!sample) return 0;
  return sample.relativeError >= 1 ? estimatedBytes : Math.min(estimatedBytes, sample.relativeError * freeRssBytes);
}

/** Whether what was not read is too little to matter. */
export function isNearlyAllRead(malloc: Heaps): boolean {
  const { uncertainBytes, rssBytes } = mallocRead(malloc);
  return uncertainBytes <= littleShare * rssBytes;
}

/** A sentence; undefined where all of it was read. */
export function describeRead(malloc: Heaps): string | undefined {
  const { share, rssBytes, estimatedBytes } = mallocRead(malloc);
  if (share === 1) return undefined;
  const read = `${formatPercentDown(share)} of malloc’s ${formatMiB(rssBytes)} MiB were read`;
  if (estimatedBytes === 0 || !malloc.sample) return `${read}.`;
  const { relativeError } = malloc.sample;
  const error = relativeError < 1 ? `free memory to ±${formatPercentDown(relativeError)}` : 'too few to tell the error';
  return `${read}, and other heaps are estimated from these: ${error}.`;
}

/** The same, and what else the figures lack, in sentences; none where they lack nothing. */
export function describeGaps(malloc: Heaps): string[] {
  const read = describeRead(malloc);
  const { missingBytes } = mallocRead(malloc);
  const { unfollowedLists = 0 } = malloc;
  const lists = unfollowedLists === 1 ? 'One list' : `${formatCount(unfollowedLists)} lists`;
  return [
    ...(read === undefined ? [] : [`${read} The rest was not reached in time, or the program changed it meanwhile.`]),
    ...(missingBytes === 0
      ? []
      : [`glibc counts ${formatMiB(missingBytes)} MiB more in blocks with a mapping of their own than were found.`]),
    ...(unfollowedLists === 0
      ? []
      : [`${lists} of tcaches and fastbins could not be followed to the end: blocks in the rest count as in use.`]),
  ];
}
