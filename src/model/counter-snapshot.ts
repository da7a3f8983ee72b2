import { z } from 'zod';
import { allocatingEntryPoints, entryPoints } from './counter-names.ts';
import { bytes, count, figure } from './figures.ts';

/** A level that is a sum over threads, which may be below 0 by what happened during the reading. */
const level = figure;

/** In one process, by a library that was preloaded into it. */
const totals = z.object({
  /** Calls of each function of the malloc family. */
  calls: z.record(z.enum(entryPoints), count),
  /** Calls that failed, for want of memory or by a wrong argument. */
  failures: z.record(z.enum(allocatingEntryPoints), count),
  /** Times there were no pages for a block: memory, address space or vm.max_map_count. */
  mapFailures: count.exactOptional(),
  /** Times the kernel refused to unmap (vm.max_map_count): memory was given back, addresses were not. */
  unmapFailures: count.exactOptional(),
  /** All bytes that the program has asked for. */
  totalRequestedBytes: bytes,
  /** Pages mapped for blocks, all in all. */
  totalMappedPages: count.exactOptional(),
  /** False when a thread was ending at every try (or the process was killed in that moment): it may be counted twice or not at all. */
  settled: z.boolean(),
  /** Present where the program is served by another allocator, its own as a rule: that one's malloc comes first, and no call came through it. */
  ownAllocator: z.literal(true).exactOptional(),
});

const live = z.object({
  /** Blocks allocated and not freed. */
  liveAllocations: level,
  /** Allocated and not freed, as the program asked for them. */
  liveRequestedBytes: level.exactOptional(),
  /** Exact across threads, as is peakLiveMappedBytes; never less than liveRequestedBytes. */
  peakLiveRequestedBytes: level.exactOptional(),
  /** Whole pages of the mappings that hold them. */
  liveMappedBytes: level.exactOptional(),
  /** The highest value of liveMappedBytes so far. */
  peakLiveMappedBytes: level.exactOptional(),
  /** Allocated and not freed, as malloc_usable_size says. */
  liveUsableBytes: level.exactOptional(),
  /** Right within 64 KiB for each thread that lived at the time; never less than liveUsableBytes. */
  peakLiveUsableBytes: level.exactOptional(),
  /** liveMappedBytes − liveRequestedBytes: what rounding to pages costs now. */
  roundingWasteBytes: level.exactOptional(),
});

const bitWidths = z.array(level);

/**
 * What a preloaded library has counted so far in one process. Requested bytes are those the program asked for, mapped bytes are whole pages,
 * usable bytes are what malloc_usable_size says. A value that the library does not have is absent, never 0: libmeter.so has no `…Mapped…`,
 * no `mapFailures`, and requested bytes only in total; libmmapalloc.so has no usable bytes.
 * Sums over threads are not an instant: each is off by what happened during the reading, a few microseconds, and a level near zero may
 * even be negative. Meaning of each: docs/counters.md, or `describeCounters()`.
 */
export const counterSnapshot = z.object({
  ...totals.shape,
  ...live.shape,
  /** Blocks by bit width of the requested size (libmeter.so: of the usable size): index 0 is size 0, index k is 2^(k−1) to 2^k − 1, the last has everything above. */
  sizeHistogram: z.object({
    /** Blocks that are live. */
    live: bitWidths,
    /** All blocks. */
    total: bitWidths,
  }),
});
/** What a preloaded library has counted so far in one process. */
export type CounterSnapshot = z.infer<typeof counterSnapshot>;

/** What one living thread has counted. Live figures are negative in a thread that frees what others allocate. */
export const threadCounters = z.object({
  /** In the process's own pid namespace. */
  tid: count,
  /** 15 bytes at most; a JVM's thread has its Java name, cut. Of a living process as /proc says it now, of a dead one as the thread named itself. */
  name: z.string(),
  /** Of all entry points. */
  calls: count,
  /** Blocks that it allocated less those that it freed. */
  liveAllocations: level,
  liveRequestedBytes: level.exactOptional(),
  liveMappedBytes: level.exactOptional(),
  liveUsableBytes: level.exactOptional(),
  totalRequestedBytes: bytes,
});
/** What one living thread has counted. */
export type ThreadCounters = z.infer<typeof threadCounters>;

/** Whose page it is. */
export const counterInfo = z.object({
  /** In the writer's own pid namespace. */
  pid: count,
  /** When the page was made, since 1970: at the start of the program, or at a fork. Together with the pid it names the process. */
  createdUnixMs: count,
  /** The library that counts: `mmapalloc` or `meter`. */
  writer: z.string(),
  /** Another definition of malloc comes before the library's: the program's own, or that of a library preloaded before. */
  isPreceded: z.boolean(),
  /** Version of the page's layout. */
  version: count,
  /** The file that is mapped. */
  path: z.string(),
});
/** Whose counter page it is. */
export type CounterInfo = z.infer<typeof counterInfo>;

/** `offheap counters --format=json`. */
export const countersFile = z.object({
  schemaVersion: z.literal(1),
  /** Whose counters they are. */
  info: counterInfo,
  /** Whether the process still runs. */
  alive: z.boolean(),
  /** What it has counted; without what is live where that cannot be right. */
  counters: z.object({
    ...totals.shape,
    ...live.partial({ liveAllocations: true }).shape,
    /** Blocks by bit width of their size: index 0 is size 0, index k is 2^(k−1) to 2^k − 1, the last has everything above. */
    sizeHistogram: z.object({
      /** Blocks that are live. */
      live: bitWidths.optional(),
      /** All blocks. */
      total: bitWidths,
    }),
  }),
  /** The threads that live, or lived at the end of the process. */
  threads: z.array(threadCounters).optional(),
  /** Why figures of what is live, and threads with them, are left out: they cannot be right. */
  liveWithdrawn: z.string().optional(),
});
export type CountersFile = z.infer<typeof countersFile>;
