import type { HeapInspection } from '../model/inspection.ts';
import { formatMiB, formatPercentDown } from '../model/units.ts';
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
  /** What may be of another kind than the figures say: all that is unread, and the error of the estimate. */
  uncertainBytes: number;
}

/** As much as a busy program moves while it is looked at. */
const littleShare = 0.03;

type Heaps = Pick<HeapInspection, 'totals' | 'mmapped' | 'sample'>;

export function mallocRead(malloc: Heaps): MallocRead {
  const { unreadBytes = 0, freeRssBytes = 0 } = mallocRss({ malloc }) ?? {};
  const rssBytes = malloc.totals.rssBytes + malloc.mmapped.rssBytes;
  const { estimatedRssBytes: estimatedBytes = 0 } = malloc.totals;
  const errorBytes = errorOf(malloc, estimatedBytes, freeRssBytes);
  return {
    rssBytes,
    unreadBytes,
    estimatedBytes,
    share: rssBytes === 0 ? 1 : Math.max(0, 1 - (unreadBytes + estimatedBytes) / rssBytes),
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
