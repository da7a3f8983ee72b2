import type { JvmEvidence } from '../model/doctor.ts';
import { parseClassCounters } from '../parse/class-counters.ts';
import { parseCollections } from '../parse/collections.ts';
import { compilesOfCounters } from '../parse/compiles.ts';
import type { NmtSummary } from '../parse/nmt.ts';
import { maxHeapBytesOf } from '../parse/vm-texts.ts';
import { directCategory } from '../stats/jvm-malloc.ts';
import type { JavaHeapRss } from './heap-range.ts';
import type { JvmFacts } from './jvm.ts';
import { groupThreads } from './thread-groups.ts';
import { countZlibObjects } from './zlib-objects.ts';

const topClasses = 20;

/** What was read of the JVM without asking it. */
export interface OwnReadings {
  heapRss: JavaHeapRss | undefined;
  counters: ReadonlyMap<string, string> | undefined;
}

/** Puts together what the JVM said of itself. Undefined when it did not even tell its version. */
export function toJvmEvidence(facts: JvmFacts, { heapRss, counters }: OwnReadings): JvmEvidence | undefined {
  const { version, uptimeMs, heap, info, flags, metaspace, metaspaceCounts, commands } = facts;
  if (version === undefined) return undefined;
  return {
    version,
    ...(info.jvm === undefined ? {} : { vendor: info.jvm.replace(/ \(.*/, '') }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    ...(heap.collector === 'unknown' ? {} : { collector: heap.collector }),
    ...heapOf(facts, heapRss),
    ...(metaspace ? { metaspace: { ...metaspace, ...metaspaceCounts } } : {}),
    ...classLoadingOf(counters),
    flags,
    ...nmtOf(facts.nmt, version),
    ...threadsOf(facts.threads),
    ...standingOf(facts),
    ...compilesOf(facts, counters),
    ...codeCacheOf(facts, counters),
    ...collectionsOf(counters, uptimeMs),
    ...histogramOf(facts.classes ?? []),
    canTrim: commands.has('System.trim_native_heap'),
  };
}

function heapOf({ heap: { ranges, committedBytes, usedBytes }, flags }: JvmFacts, rss?: JavaHeapRss): Pick<JvmEvidence, 'heap'> {
  if (committedBytes === undefined || usedBytes === undefined || !rss) return {};
  const reserved = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  return {
    heap: {
      reservedBytes: reserved || (maxHeapBytesOf(flags) ?? committedBytes),
      committedBytes,
      usedBytes,
      rssBytes: rss.rssBytes,
      ...(rss.occupiedBytes < rss.rssBytes ? { occupiedBytes: rss.occupiedBytes } : {}),
    },
  };
}

function nmtOf(nmt: NmtSummary | undefined, version: string): Pick<JvmEvidence, 'nmt' | 'directBuffers'> {
  if (!nmt) return {};
  const categories = nmt.categories.map(({ name, reservedBytes, committedBytes, mallocBytes, arenaBytes, mmapCommittedBytes }) => ({
    name,
    reservedBytes,
    committedBytes,
    ...(mallocBytes === undefined ? {} : { mallocBytes }),
    ...(arenaBytes === undefined ? {} : { arenaBytes }),
    ...(mmapCommittedBytes === undefined ? {} : { mmapCommittedBytes }),
  }));
  const direct = nmt.categories.find(({ name }) => name === directCategory(version));
  return {
    nmt: { totalReservedBytes: nmt.reservedBytes, totalCommittedBytes: nmt.committedBytes, categories },
    ...(direct?.mallocBytes === undefined || direct.mallocCount === undefined
      ? {}
      : { directBuffers: { count: direct.mallocCount, capacityBytes: direct.mallocBytes } }),
  };
}

function threadsOf(threads: JvmFacts['threads']): Pick<JvmEvidence, 'threads'> {
  if (threads.length === 0) return {};
  return { threads: { count: threads.length, groups: groupThreads(threads) } };
}

const framesShown = 12;

/** How many objects wait is told where a thread stands: the queue of a finalizer at work is being emptied. */
function standingOf({ standing, awaitingFinalization }: JvmFacts): Pick<JvmEvidence, 'standingThreads' | 'awaitingFinalization'> {
  if (standing.length === 0) return {};
  return {
    standingThreads: standing.map(({ name, role, state, frames }) => ({ name, role, state, frames: frames.slice(0, framesShown) })),
    ...(awaitingFinalization ? { awaitingFinalization } : {}),
  };
}

function compilesOf({ compiles: printed }: JvmFacts, counters: OwnReadings['counters']): Pick<JvmEvidence, 'compiles'> {
  const compiles = printed.length > 0 || !counters ? printed : compilesOfCounters(counters);
  return compiles.length > 0 ? { compiles } : {};
}

function classLoadingOf(counters: OwnReadings['counters']): Pick<JvmEvidence, 'classLoading'> {
  const classLoading = counters && parseClassCounters(counters);
  return classLoading ? { classLoading } : {};
}

function codeCacheOf({ codeCache }: JvmFacts, counters: OwnReadings['counters']): Pick<JvmEvidence, 'codeCache'> {
  if (!codeCache) return {};
  const codeBytes = Number(counters?.get('sun.ci.nmethodCodeSize'));
  const allBytes = Number(counters?.get('sun.ci.nmethodSize'));
  const tables = codeBytes > 0 && allBytes >= codeBytes ? { tablesPerCodeByte: (allBytes - codeBytes) / codeBytes } : {};
  return { codeCache: { ...codeCache, ...tables } };
}

function collectionsOf(counters: OwnReadings['counters'], uptimeMs: number | undefined): Pick<JvmEvidence, 'gc'> {
  const found = counters && parseCollections(counters);
  if (!found) return {};
  const ago = (atMs: number | undefined) =>
    atMs === undefined || uptimeMs === undefined ? undefined : Math.max(0, uptimeMs - atMs);
  const lastFullAgoMs = ago(found.lastFullMs);
  const lastAnyAgoMs = ago(found.lastAnyMs);
  return {
    gc: {
      collections: found.collections,
      ...(lastFullAgoMs === undefined ? {} : { lastFullAgoMs }),
      ...(lastAnyAgoMs === undefined ? {} : { lastAnyAgoMs }),
    },
  };
}

function histogramOf(classes: NonNullable<JvmFacts['classes']>): Pick<JvmEvidence, 'histogram'> {
  const objects = countZlibObjects(classes);
  const directBuffers = classes.find(({ className }) => className === 'java.nio.DirectByteBuffer$Deallocator')?.instances ?? 0;
  return objects ? { histogram: { ...objects, directBuffers, top: classes.slice(0, topClasses) } } : {};
}
