import { z } from 'zod';
import { allocatorAnswer } from './allocator-answer.ts';
import { blockMakers, netty } from './block-makers.ts';
import { codeCache, compiles } from './compiler-evidence.ts';
import { container } from './container.ts';
import { bytes, count, milliseconds } from './figures.ts';
import { growthEvidence } from './growth.ts';
import { hugePageEvidence } from './huge-pages.ts';
import { heapInspection } from './inspection.ts';
import { awaitingFinalization, standingThread, threadGroup } from './jvm-threads.ts';
import { ownersEvidence } from './owners.ts';
import { region } from './region.ts';
import { unknown } from './unknown.ts';

export type { Region } from './region.ts';

export const allocatorEvidence = z.object({
  /** As src/allocators/registry.ts has it, `unknown` when none is recognised; a file may have the name of another version. */
  name: z.string(),
  /** The mapped file that serves malloc; empty for `unknown`. */
  library: z.string(),
  /** Of LD_PRELOAD that are mapped. */
  preloaded: z.array(z.string()),
  /** Allocator settings in the process's environment. */
  environment: z.record(z.string(), z.string()),
});
export type AllocatorEvidence = z.infer<typeof allocatorEvidence>;

const nmtCategory = z.object({
  /** Of NMT, such as `Class`. */
  name: z.string(),
  reservedBytes: bytes,
  committedBytes: bytes,
  mallocBytes: bytes.exactOptional(),
  /** In arenas, which are blocks of malloc too. Older results lack it. */
  arenaBytes: bytes.exactOptional(),
  mmapCommittedBytes: bytes.exactOptional(),
});
export type NmtCategory = z.infer<typeof nmtCategory>;

/** What the JVM says of itself. A part is absent when the JVM did not answer, has no such command, or has the instrument switched off. */
export const jvmEvidence = z.object({
  /** As the JVM tells it, such as `17.0.15+6`. */
  version: z.string(),
  /** Name and build of the JVM. */
  vendor: z.string().exactOptional(),
  uptimeMs: milliseconds.exactOptional(),
  /** Its garbage collector. */
  collector: z.string().exactOptional(),
  /** The Java heap, as the JVM tells it, and its RSS. */
  heap: z
    .object({
      reservedBytes: bytes,
      committedBytes: bytes,
      usedBytes: bytes,
      rssBytes: bytes,
      /** What it occupies, where RSS counts a page more than once: ZGC of JDK 22 and before maps its heap three times. */
      occupiedBytes: bytes.exactOptional(),
    })
    .exactOptional(),
  /** Classes, as the JVM tells it. */
  metaspace: z
    .object({
      reservedBytes: bytes,
      committedBytes: bytes,
      usedBytes: bytes,
      /** How many classes are loaded. */
      classes: count.exactOptional(),
      /** How many class loaders there are. */
      loaders: count.exactOptional(),
    })
    .exactOptional(),
  /** Classes since the JVM's start, by jvmstat: those of loaders that are held are never unloaded. Absent without its counters. */
  classLoading: z
    .object({
      /** How many were loaded. */
      loaded: count,
      /** How many of them collections of the whole heap have unloaded. */
      unloaded: count,
    })
    .exactOptional(),
  /** Flags that are not at their default, and those that bound memory, as VM.flags prints them. */
  flags: z.array(z.string()),
  /** NMT by category; absent when it is off. `mallocBytes` is requested bytes, blind under a preloaded allocator on older JDKs. */
  nmt: z
    .object({
      totalReservedBytes: bytes,
      totalCommittedBytes: bytes,
      /** As NMT names and orders them. */
      categories: z.array(nmtCategory),
    })
    .exactOptional(),
  /** Java threads. */
  threads: z
    .object({
      /** How many there are. */
      count,
      /** Of names without their numbers, largest first. */
      groups: z.array(threadGroup),
    })
    .exactOptional(),
  /** Threads that run finalizers and the actions of Cleaners, and stand still in one: what is behind it in the queue is not freed. Absent where none does. */
  standingThreads: z.array(standingThread).exactOptional(),
  /** Objects that wait for the thread of finalizers, where that stands. */
  awaitingFinalization: awaitingFinalization.exactOptional(),
  /** What its JIT compiler compiled when Thread.print was answered. */
  compiles: compiles.exactOptional(),
  /** Compiled code, as the JVM tells it; JDK 8 does not. */
  codeCache: codeCache.exactOptional(),
  /** Since the last collection of the whole heap, or of any part; absent when the JVM does not tell. */
  gc: z
    .object({
      /** How many there were, of any part of the heap. */
      collections: count,
      lastFullAgoMs: milliseconds.exactOptional(),
      lastAnyAgoMs: milliseconds.exactOptional(),
      /** Of a collection of the whole heap that the doctor asked for, before this look. */
      askedAgoMs: milliseconds.exactOptional(),
    })
    .exactOptional(),
  /**
   * What Unsafe.allocateMemory got: direct buffers, and whatever else calls it. Of NMT, with its count. Before JDK 11, 2 to 5 MB of the JVM's own small
   * blocks are among them.
   */
  directBuffers: z
    .object({
      /** How many there are. */
      count,
      capacityBytes: bytes,
    })
    .exactOptional(),
  /**
   * Which ways of asking malloc for blocks the Java code of this JVM has used, by the classes that are loaded. Asked where much of malloc is in use; absent when
   * it was not asked, or not told.
   */
  blockMakers: z.array(z.enum(blockMakers)).exactOptional(),
  /** Each Netty that it has loaded, asked at the same time; absent where there is none. */
  netty: z.array(netty).exactOptional(),
  /** Direct buffers that own memory, dead ones too. Of JDK 8 alone, which tells `blockMakers` by its objects, and with many objects not. */
  directBufferObjects: count.exactOptional(),
  /** Only with --histogram: it stops the JVM while it walks the heap. */
  histogram: z
    .object({
      /** Objects of java.util.zip.Inflater. */
      inflaters: count,
      /** Objects of java.util.zip.Deflater. */
      deflaters: count,
      /** Direct buffers that own memory: objects of java.nio.DirectByteBuffer$Deallocator. */
      directBuffers: count.exactOptional(),
      /** The classes of most bytes. */
      top: z.array(
        z.object({
          /** With its package. */
          className: z.string(),
          /** How many objects of it there are. */
          instances: count,
          bytes,
        }),
      ),
    })
    .exactOptional(),
  /** Whether the JVM has System.trim_native_heap, and it would do something here. */
  canTrim: z.boolean(),
});
export type JvmEvidence = z.infer<typeof jvmEvidence>;

export type { GrowthEvidence } from './growth.ts';
export type { HugePageEvidence } from './huge-pages.ts';

/** Everything the rules may look at. Absent means not known, never 0. */
export const evidence = z.object({
  /** As offheap sees it. */
  pid: count,
  /** argv. */
  command: z.array(z.string()),
  /** ISO 8601. */
  takenAt: z.string(),
  /** ISO 8601: when its heaps and mappings were read, after the JVM had answered. Older results lack it. */
  measuredAt: z.string().exactOptional(),
  uptimeMs: milliseconds,
  rssBytes: bytes,
  /** Of `rssBytes`, what lies on pages of hugetlbfs; absent where nothing does. The kernel's own RSS and a memory limit leave it out. */
  hugetlbBytes: bytes.exactOptional(),
  /** Transparent huge pages; absent where it has none. */
  hugePages: hugePageEvidence.exactOptional(),
  /** Of `rssBytes`, what the process has given up by MADV_FREE: RSS counts it until the kernel needs memory and takes it. Absent where nothing is. */
  lazyFreeBytes: bytes.exactOptional(),
  swapBytes: bytes,
  /** How many there are. */
  threads: count,
  /** Of their names without numbers, as the kernel has them: the ten largest. Only where no JVM tells them. */
  threadGroups: z.array(threadGroup).exactOptional(),
  /** RSS by part. */
  regions: z.array(region),
  /** The memory cgroup in force for the process. */
  cgroup: container.exactOptional(),
  /** What serves malloc. */
  allocator: allocatorEvidence,
  /** With --ask-allocator: what it says of its memory itself, and other allocators that libraries have brought along. */
  allocatorAnswers: z.array(allocatorAnswer).exactOptional(),
  /** glibc only. */
  malloc: heapInspection.exactOptional(),
  /** Who owns its blocks, where much of malloc is in use and there was time to look. The largest owners, and nobody. */
  owners: ownersEvidence.exactOptional(),
  /** From a counter page, when the process runs behind one of our libraries. */
  counters: z.object({ liveBytes: bytes, peakLiveBytes: bytes.exactOptional() }).exactOptional(),
  /** Whose objects it has that no malloc allocates, as far as its files tell; of a JVM absent. */
  runtime: z.enum(['go', 'v8', 'cpython', 'native-image']).exactOptional(),
  /** Names of the program's own libraries, which are not the system's, the JDK's or preloaded: at most 64. Absent where it has none. */
  libraries: z.array(z.string()).exactOptional(),
  /** It has libjvm.so mapped; whether or not it answers. */
  isJvm: z.boolean(),
  /** What the JVM says of itself. */
  jvm: jvmEvidence.exactOptional(),
  /** With --for: what has changed from the first look to the second, which the rest is of. */
  growth: growthEvidence.exactOptional(),
  /** What could not be looked at. */
  unknown: z.array(unknown),
});
/** Everything that was seen of a process. */
export type Evidence = z.infer<typeof evidence>;
