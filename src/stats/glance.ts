import type { GrowthReading } from '../model/growth.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { isNearlyAllRead } from './malloc-read.ts';
import { blocksInUseBytes } from './process-figures.ts';

/** What was read of a process at one moment between two looks. */
export interface Glance {
  /** Milliseconds since the epoch. */
  at: number;
  rssBytes?: number;
  /** The most that was ever resident. */
  peakRssBytes?: number;
  threads?: number;
  malloc?: HeapInspection;
  /** Of the counter page. */
  liveBytes?: number;
  /** By the allocator's own word. */
  allocatedBytes?: number;
  survivedBytes?: number;
  collections?: number;
  /** When the last of them ended, since the JVM's start. */
  lastCollectionMs?: number;
  /** Processor time of the JIT compiler's threads, by their ids. */
  compilerTimes?: ReadonlyMap<number, number>;
}

/** As a result has it. */
export function toReading(glance: Glance, startedAt: number): GrowthReading {
  const { rssBytes, threads, allocatedBytes, survivedBytes, collections, lastCollectionMs } = glance;
  const mallocLiveBytes = liveOf(glance);
  return {
    atMs: Math.max(0, Math.round(glance.at - startedAt)),
    ...(rssBytes === undefined ? {} : { rssBytes }),
    ...(threads === undefined ? {} : { threads }),
    ...(mallocLiveBytes === undefined ? {} : { mallocLiveBytes }),
    ...(allocatedBytes === undefined ? {} : { allocatedBytes }),
    ...(survivedBytes === undefined ? {} : { heapSurvivedBytes: survivedBytes }),
    ...(collections === undefined ? {} : { collections }),
    ...(lastCollectionMs === undefined ? {} : { lastCollectionMs: Math.round(lastCollectionMs) }),
  };
}

/** Blocks in use: of glibc's heaps where nearly all was read of them, else as the counter page has it, else as the allocator says. */
export function liveOf({ malloc, liveBytes, allocatedBytes }: Glance): number | undefined {
  if (!malloc) return liveBytes ?? allocatedBytes;
  return isNearlyAllRead(malloc) ? blocksInUseBytes(malloc) : undefined;
}

/** Of the compiler's threads from the first glance to the last; one that ended meanwhile counts as far as it was seen. Undefined where nobody looked. */
export function compilerTime(glances: readonly Glance[]): number | undefined {
  const seen = glances.flatMap(({ compilerTimes }) => (compilerTimes ? [compilerTimes] : []));
  if (seen.length < 2) return undefined;
  const used = seen.slice(1).flatMap((times, index) => {
    const before = seen[index] ?? new Map<number, number>();
    return [...times].map(([tid, ms]) => Math.max(0, ms - (before.get(tid) ?? 0)));
  });
  return used.reduce((sum, ms) => sum + ms, 0);
}
