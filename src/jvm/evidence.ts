import type { JvmEvidence } from '../model/doctor.ts';
import { parseClassHistogram } from '../parse/class-histogram.ts';
import { parseCollections } from '../parse/collections.ts';
import { type HeapInfo, parseHeapInfo } from '../parse/heap-info.ts';
import { type NmtSummary, parseNmtSummary } from '../parse/nmt.ts';
import { parseThreadPrint, threadGroup } from '../parse/thread-print.ts';
import { parseVmInfo } from '../parse/vm-info.ts';
import { parseMetaspaceCounts, parseVmFlags, parseVmUptimeMs, parseVmVersion } from '../parse/vm-texts.ts';
import type { JvmAnswers } from './ask.ts';
import type { JavaHeapRss } from './heap-range.ts';
import { countZlibObjects } from './zlib-objects.ts';

const topClasses = 20;

/** What was read of the JVM without asking it. */
export interface OwnReadings {
  heapRss: JavaHeapRss | undefined;
  counters: ReadonlyMap<string, string> | undefined;
}

/** Puts together what the JVM said of itself. Undefined when it did not even tell its version. */
export function toJvmEvidence({ texts, commands }: JvmAnswers, { heapRss, counters }: OwnReadings): JvmEvidence | undefined {
  const text = (command: string) => texts.get(command) ?? '';
  const version = parseVmVersion(text('VM.version'));
  if (version === undefined) return undefined;
  const info = parseHeapInfo(text('GC.heap_info'));
  const uptimeMs = parseVmUptimeMs(text('VM.uptime'));
  const vendor = parseVmInfo(text('VM.info')).jvm;
  const nmt = parseNmtSummary(text('VM.native_memory summary scale=1'));
  return {
    version,
    ...(vendor === undefined ? {} : { vendor: vendor.replace(/ \(.*/, '') }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    ...(info.collector === 'unknown' ? {} : { collector: info.collector }),
    ...heapOf(info, parseVmFlags(text('VM.flags')), heapRss),
    ...metaspaceOf(text('GC.heap_info'), text('VM.metaspace')),
    flags: parseVmFlags(text('VM.flags')),
    ...nmtOf(nmt),
    ...threadsOf(text('Thread.print')),
    ...collectionsOf(counters, uptimeMs),
    ...histogramOf(text('GC.class_histogram -all')),
    canTrim: commands.has('System.trim_native_heap'),
  };
}

function heapOf({ ranges, committedBytes, usedBytes }: HeapInfo, flags: string[], rss?: JavaHeapRss): Pick<JvmEvidence, 'heap'> {
  if (committedBytes === undefined || usedBytes === undefined || !rss) return {};
  const maximum = flags.map((flag) => /^-XX:MaxHeapSize=(\d+)$/.exec(flag)?.[1]).find((digits) => digits !== undefined);
  const reserved = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  return {
    heap: { reservedBytes: reserved || Number(maximum ?? committedBytes), committedBytes, usedBytes, rssBytes: rss.rssBytes },
  };
}

function metaspaceOf(heapInfo: string, counts: string): Pick<JvmEvidence, 'metaspace'> {
  // JDK 25 tells the sizes in the text of VM.metaspace, older ones in that of GC.heap_info.
  const metaspace = parseHeapInfo(heapInfo).metaspace ?? parseHeapInfo(counts).metaspace;
  return metaspace ? { metaspace: { ...metaspace, ...parseMetaspaceCounts(counts) } } : {};
}

function nmtOf(nmt: NmtSummary | undefined): Pick<JvmEvidence, 'nmt' | 'directBuffers'> {
  if (!nmt) return {};
  const categories = nmt.categories.map(({ name, reservedBytes, committedBytes, mallocBytes, mmapCommittedBytes }) => ({
    name,
    reservedBytes,
    committedBytes,
    ...(mallocBytes === undefined ? {} : { mallocBytes }),
    ...(mmapCommittedBytes === undefined ? {} : { mmapCommittedBytes }),
  }));
  // What Unsafe.allocateMemory got: direct buffers, and whatever else calls it.
  const other = nmt.categories.find(({ name }) => name === 'Other');
  return {
    nmt: { totalReservedBytes: nmt.reservedBytes, totalCommittedBytes: nmt.committedBytes, categories },
    ...(other?.mallocBytes === undefined || other.mallocCount === undefined
      ? {}
      : { directBuffers: { count: other.mallocCount, capacityBytes: other.mallocBytes } }),
  };
}

function threadsOf(text: string): Pick<JvmEvidence, 'threads'> {
  const threads = parseThreadPrint(text);
  if (threads.length === 0) return {};
  const counts = new Map<string, number>();
  for (const { name } of threads) counts.set(threadGroup(name), (counts.get(threadGroup(name)) ?? 0) + 1);
  const groups = [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
  return { threads: { count: threads.length, groups } };
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

function histogramOf(text: string): Pick<JvmEvidence, 'histogram'> {
  const classes = parseClassHistogram(text);
  const objects = countZlibObjects(classes);
  return objects ? { histogram: { ...objects, top: classes.slice(0, topClasses) } } : {};
}
