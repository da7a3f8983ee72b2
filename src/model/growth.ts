import { z } from 'zod';
import { bytes, count, figure, milliseconds } from './figures.ts';
import { ownerChange } from './owner-growth.ts';

/** A part of RSS, or a category of NMT, at both looks. */
const change = z.object({
  /** As the page and a comparison name it, or as NMT does. */
  name: z.string(),
  beforeBytes: bytes,
  afterBytes: bytes,
});

/** Blocks in use of one chunk size at both looks. */
const sizeChange = z.object({
  chunkBytes: bytes,
  /** Last size of a range. Absent of one size. */
  toBytes: bytes.exactOptional(),
  /** Blocks with a mapping of their own. */
  isMmapped: z.literal(true).exactOptional(),
  /** How many there were. */
  beforeChunks: count,
  /** How many there are. */
  afterChunks: count,
  beforeBytes: bytes,
  afterBytes: bytes,
  /** It grew in each part of the time: a burst does not. */
  isSteady: z.boolean(),
});
export type SizeChange = z.infer<typeof sizeChange>;

/** A reading between the looks, or at one of them. */
const reading = z.object({
  /** Since the first. */
  atMs: milliseconds,
  /** The kernel's own, some pages for each processor short of smaps'. */
  rssBytes: bytes.exactOptional(),
  /** How many there were. */
  threads: count.exactOptional(),
  /** Blocks in use: of glibc's heaps, or as the counter page has it; without either, as the allocator says. */
  mallocLiveBytes: bytes.exactOptional(),
  /** With --ask-allocator, of another allocator than glibc's: what is in use by its own word. */
  allocatedBytes: bytes.exactOptional(),
  /** What the Java heap has outside of where objects begin, as its jvmstat counters tell it: after a collection, what has survived. */
  heapSurvivedBytes: bytes.exactOptional(),
  /** Collections of any part of the Java heap until then. */
  collections: count.exactOptional(),
  /** When the last of them ended, since the JVM's start. */
  lastCollectionMs: milliseconds.exactOptional(),
});
export type GrowthReading = z.infer<typeof reading>;

/** What grew in a steady way, and how sure that is. */
const steadyGrowth = z.object({
  grownBytes: bytes,
  /** In bytes, of all of the time. */
  bytesPerMinute: bytes,
  /** In bytes, of the quarter of the time in which it grew least. */
  leastPerMinute: figure,
  /** In bytes, of the quarter of the time in which it grew most. */
  mostPerMinute: figure,
});
export type SteadyGrowth = z.infer<typeof steadyGrowth>;

/** The second look of `--for` and the first: differences of both over `intervalMs`, and what lies between them. */
export const growthEvidence = z.object({
  /** Between the two readings of the heaps and the mappings. */
  intervalMs: milliseconds,
  rssBytes: figure,
  mallocLiveBytes: figure.exactOptional(),
  /** Of zlib states by the census. */
  zlibBytes: figure.exactOptional(),
  javaHeapRssBytes: figure.exactOptional(),
  /** Of Java objects, dead ones among them. */
  javaHeapUsedBytes: figure.exactOptional(),
  /** How many more threads there are. */
  threads: figure,
  /** How many more classes are loaded. */
  classes: figure.exactOptional(),
  /** How many more class loaders there are. */
  loaders: figure.exactOptional(),
  /** Collections of any part of the Java heap meanwhile. */
  collections: count.exactOptional(),
  /** Processor time of the JIT compiler's threads meanwhile. */
  compilerMs: milliseconds.exactOptional(),
  /** The most that was ever resident, as the kernel tells at the second look. */
  peakRssBytes: bytes.exactOptional(),
  /** At both looks, and at equal distances between them. Older results lack it. */
  readings: z.array(reading).exactOptional(),
  /** Blocks of malloc, those of the JIT compiler's arenas left out. Absent where they did not grow steadily. */
  steadyMalloc: steadyGrowth.exactOptional(),
  /** Parts of RSS, the largest change first. */
  parts: z.array(change).exactOptional(),
  /** Committed bytes by category of NMT, where it is on: those that changed. */
  categories: z.array(change).exactOptional(),
  /** Chunk sizes of glibc's malloc whose blocks in use changed most. */
  sizes: z.array(sizeChange).exactOptional(),
  /** Java threads of names without their numbers: those that changed. */
  threadGroups: z
    .array(
      z.object({
        /** Without the number at its end. */
        name: z.string(),
        /** How many there were. */
        before: count,
        /** How many there are. */
        after: count,
      }),
    )
    .exactOptional(),
  /**
   * Owners of blocks of malloc, the largest change first: where it was looked for them at both looks, those of the listed ones that changed by 64 KiB or more. With
   * --ask-allocator, of another allocator than glibc's: classes whose objects hold more addresses in its memory. Bytes are 0 there.
   */
  owners: z.array(ownerChange).exactOptional(),
});
export type GrowthEvidence = z.infer<typeof growthEvidence>;
