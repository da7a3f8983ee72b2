import type { Evidence } from '../model/doctor.ts';
import { bytesPerMiB } from '../model/units.ts';
import { maxHeapBytesOf } from '../parse/vm-texts.ts';
import { regionOf, rssOf } from './process-figures.ts';

type Limited = Pick<Evidence, 'rssBytes' | 'hugetlbBytes' | 'regions' | 'cgroup'>;

/** How far the container is from its limit. */
export interface LimitRoom {
  limitBytes: number;
  /** What counts against the limit and cannot be dropped: of the container where its account is known, else of the process. */
  heldBytes: number;
  /** Of `heldBytes`, memory of the kernel that it may be able to take back. */
  uncertainBytes: number;
  /** Up to the limit, after the kernel has dropped what it can. */
  roomBytes: number;
  /** What may be swapped out before the kernel kills. */
  freeSwapBytes: number;
  /** What of the container is in swap. */
  swappedBytes: number;
}

/** Undefined where there is no limit. */
export function limitRoom(evidence: Limited): LimitRoom | undefined {
  const { limitBytes, account, swap } = evidence.cgroup ?? {};
  if (limitBytes === undefined || limitBytes <= 0) return undefined;
  const heldBytes = account?.unreclaimableBytes ?? unreclaimableBytes(evidence);
  return {
    limitBytes,
    heldBytes,
    uncertainBytes: account?.uncertainBytes ?? 0,
    roomBytes: Math.max(0, limitBytes - heldBytes),
    freeSwapBytes: swap?.freeBytes ?? 0,
    swappedBytes: swap?.usedBytes ?? 0,
  };
}

/** What the Java heap may still take, and what there is for it. */
export interface HeapRoom {
  /** From what it occupies, in memory or in swap, up to its maximum. */
  growthBytes: number;
  /** What is left for it, with all that is in swap back in memory: a collection touches the whole heap. */
  roomBytes: number;
  /** Whole MiB: the largest heap for which the limit has room, if nothing else grows. */
  largestBytes: number;
  /** What is in use now, where that is more than the largest heap: no bound of it helps. */
  neededBytes?: number;
}

/** Undefined where there is no limit, or where the JVM does not tell how large its heap may become. */
export function heapRoom(evidence: Limited & Pick<Evidence, 'jvm'>): HeapRoom | undefined {
  const room = limitRoom(evidence);
  const { heap, flags = [] } = evidence.jvm ?? {};
  const maximumBytes = maxHeapBytesOf(flags);
  if (!room || !heap || maximumBytes === undefined) return undefined;
  const occupiedBytes = (heap.occupiedBytes ?? heap.rssBytes) + (regionOf(evidence, 'java heap')?.swapBytes ?? 0);
  const leftBytes = room.roomBytes - room.swappedBytes;
  const largestBytes = Math.max(0, Math.floor((occupiedBytes + leftBytes) / bytesPerMiB) * bytesPerMiB);
  return {
    growthBytes: Math.max(0, maximumBytes - occupiedBytes),
    roomBytes: Math.max(0, leftBytes),
    largestBytes,
    ...(largestBytes < heap.usedBytes ? { neededBytes: heap.usedBytes } : {}),
  };
}

/** Of the RSS that a memory limit counts, what the kernel cannot take back by dropping pages of files. */
function unreclaimableBytes(evidence: Limited): number {
  return evidence.rssBytes - (evidence.hugetlbBytes ?? 0) - rssOf(evidence, 'mapped files', 'libraries', 'cds');
}
