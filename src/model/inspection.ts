import { z } from 'zod';
import { address, bytes, count, figure, milliseconds, share } from './figures.ts';

/** Free and resident, by what gives it back. */
const residentFree = z.object({
  /** Whole pages within free chunks: malloc_trim(3) returns them, in every arena. */
  pageBytes: bytes,
  /** Whole pages of the main arena's top chunk: malloc_trim returns them too. */
  mainTopBytes: bytes,
  /**
   * Whole pages of other arenas' top chunks: malloc_trim does not return them. Nor does it cut the main arena's top when that is not at
   * the program break, since brk failed or somebody else moved it: such a top is counted here as well.
   */
  arenaTopBytes: bytes,
  /** Parts of pages that they share with live chunks or headers: nothing returns them. */
  subPageBytes: bytes,
});
/** What is free and resident, by what gives it back. */
export type ResidentFree = z.infer<typeof residentFree>;

const figures = z.object({
  /** Of the heaps, mmapped chunks not among them. */
  sizeBytes: bytes,
  rssBytes: bytes,
  /**
   * Chunks that look in use, with their headers. Those in tcaches and fastbins look so too, though the program freed them: what is in use is this less
   * `unknownBytes`.
   */
  liveBytes: bytes,
  /** How many of them. */
  liveChunks: count,
  /** Free chunks, tops included, resident or not. */
  freeBytes: bytes,
  /** How many of them. */
  freeChunks: count,
  /** What of it is resident, by what gives it back. */
  residentFree,
  /** Chunks in fastbins and tcaches: free to the program, in use to the chunk chain. `fastbinBytes` and `tcacheBytes` together. */
  unknownBytes: bytes,
  /** Chunks in the arenas' fastbins, which malloc_trim merges and returns: `residentFree` has them too. Older results lack it. */
  fastbinBytes: bytes.exactOptional(),
  /** Blocks in threads' tcaches, which malloc_trim leaves: `residentFree` does not have them. Older results lack it. */
  tcacheBytes: bytes.exactOptional(),
  /** Address space that could not be read or followed. */
  unreadableBytes: bytes,
  /** What of it is resident. Whether it is in use or free is not known. Older results lack it. */
  unreadableRssBytes: bytes.exactOptional(),
  /** Resident bytes of heaps that there was no time to walk. Other figures of theirs are estimated from the heaps that were walked. Older results lack it. */
  estimatedRssBytes: bytes.exactOptional(),
});
/** Figures of the heaps of an arena, or of all. */
export type HeapFigures = z.infer<typeof figures>;

export const arenaInspection = figures.extend({
  /** Of the arena's malloc_state. */
  address,
  /** Whether it is the main arena, whose heap is extended by brk. */
  isMain: z.boolean(),
  /** 64 MB regions in its chain; 1 for the main arena however many pieces it has. */
  heaps: count,
  /** `attached_threads` of the arena; absent where the glibc has no such field. */
  attachedThreads: count.exactOptional(),
  consistency: share,
});
/** One arena of glibc. */
export type ArenaInspection = z.infer<typeof arenaInspection>;

const range = z.object({
  /** Its first address. */
  start: address,
  /** The address behind its last. */
  end: address,
  /** What of malloc lies there. */
  kind: z.enum(['main', 'arena', 'mmapped']),
});
export type HeapRange = z.infer<typeof range>;

const chunkCounts = z.object({
  /** How many look in use: those in fastbins and tcaches do so too. */
  liveChunks: count,
  liveBytes: bytes,
  /** How many of them are in fastbins and tcaches: the program has freed these. Older results lack it. */
  cachedChunks: count.exactOptional(),
  cachedBytes: bytes.exactOptional(),
  /** How many are free. */
  freeChunks: count,
  freeBytes: bytes,
});

/** One power-of-two class of chunk sizes: from `fromBytes` to `toBytes`, both inclusive. */
const histogramRow = z.object({ fromBytes: bytes, toBytes: bytes, ...chunkCounts.shape });
export type HeapHistogramRow = z.infer<typeof histogramRow>;

/** One chunk size. From 128 KiB on sizes are not told apart: such a row is a range, as in the histogram, from its `chunkBytes`. */
const sizeRow = z.object({
  chunkBytes: bytes,
  /** Last size of a range. */
  toBytes: bytes.exactOptional(),
  ...chunkCounts.shape,
});
export type HeapSizeRow = z.infer<typeof sizeRow>;

/** Blocks of their own mapping that have one size. */
const mmappedSizeRow = z.object({
  /** Whole pages, with the header. */
  chunkBytes: bytes,
  /** How many there are. */
  chunks: count,
});
export type MmappedSizeRow = z.infer<typeof mmappedSizeRow>;

/** zlib states by the signature of their block sizes: an upper bound, since other code may ask for the same sizes. */
const zlibCensus = z.object({
  /** State blocks of inflateInit2_; `inflaterWindows` of them have decompressed something. */
  inflaters: count,
  /** Windows of Inflaters that have decompressed something. */
  inflaterWindows: count,
  /** State blocks of deflateInit2_ with their tables. */
  deflaters: count,
  bytes,
});
/** States of zlib among the live chunks. */
export type ZlibCensus = z.infer<typeof zlibCensus>;

/** Blocks of HotSpot's own among the live chunks, told by how they begin: not of another program's, nor under Native Memory Tracking, which puts a header before each. */
const jvmBlocks = z.object({
  /** Chunks of the arenas in which its compilers and other threads work (jdk: memory/arena.hpp). */
  arenaChunks: count,
  arenaBytes: bytes,
  /** Names of classes, methods and fields, and constants of text (jdk: oops/symbol.hpp, of JDK 13 and later). */
  symbols: count,
  symbolBytes: bytes,
  /** Entries of its table of interned strings, by the sizes of their blocks: an upper bound, as the census of zlib is. */
  strings: count,
  stringBytes: bytes,
});
/** Blocks of HotSpot's own among the live chunks. */
export type JvmBlocks = z.infer<typeof jvmBlocks>;

/**
 * What the heap inspector read of one process's glibc heaps, from outside, while it ran. Bytes are bytes of the target's address space
 * unless a name says `Rss`; addresses are virtual addresses of the target, below 2^47, hence exact as numbers. docs/inspector.md tells
 * how each figure is read and what it is not.
 */
export const heapInspection = z.object({
  /** As offheap sees it. */
  pid: count,
  durationMs: milliseconds,
  /** `gnu_get_libc_version` of the target where it can be told from the mapped file; absent when it cannot. */
  glibcVersion: z.string().exactOptional(),
  /**
   * Share of the walked bytes whose chunk chain held together, 0 to 1: below 1 the target changed its heap while it was read, and the
   * bytes that could not be followed are in `unreadableBytes`.
   */
  consistency: share,
  /** Of all arenas together. */
  totals: figures,
  /** Each arena. */
  arenas: z.array(arenaInspection),
  /** In a result of a command: the sums of the arenas that are not listed. Those listed are the 1,024 that keep most, the main one among them. */
  otherArenas: figures
    .extend({
      /** How many arenas they are. */
      count,
      /** How many heaps these have. */
      heaps: count,
    })
    .exactOptional(),
  /** Blocks that malloc got from mmap, one mapping each or merged by the kernel with its neighbours. */
  mmapped: z.object({
    /** How many there are. */
    chunks: count,
    sizeBytes: bytes,
    rssBytes: bytes,
    /** What glibc counts more than was found; of a running program sums of two moments. Absent where glibc's own sums were not found. */
    missingBytes: bytes.exactOptional(),
    /** By size, the largest sum first; only when they were asked for. */
    sizes: z.array(mmappedSizeRow).exactOptional(),
  }),
  /**
   * Fastbins, and lists of tcaches, that could not be followed to their end: the program changed them, or the time was up. Their other chunks count as
   * live. Absent where there is none.
   */
  unfollowedLists: count.exactOptional(),
  /** Where the heaps lie, for attributing mappings. Sorted by start, without overlap. */
  ranges: z.array(range),
  /** In a result of a command: those that are not listed. The 4,096 longest are. */
  otherRanges: z
    .object({
      /** How many there are. */
      count,
      sizeBytes: bytes,
    })
    .exactOptional(),
  /** Chunks by powers of two of their sizes. */
  histogram: z.array(histogramRow),
  /** Chunk sizes by bytes, the largest sum first; only when they were asked for. */
  sizes: z.array(sizeRow).exactOptional(),
  /** zlib's states among the live chunks. */
  census: zlibCensus,
  /** HotSpot's own. Older results lack it. */
  jvmBlocks: jvmBlocks.exactOptional(),
  /** Present when not every heap was walked: then `totals` and the other sums are scaled up by resident bytes. */
  sample: z
    .object({
      /** How many heaps were walked. */
      heapsWalked: count,
      /** How many there are. */
      heapsTotal: count,
      /** Half the 95 % interval of the sum of totals.residentFree, as a share of that sum. */
      relativeError: figure,
    })
    .exactOptional(),
});
/** What `inspectHeap` returns. */
export type HeapInspection = z.infer<typeof heapInspection>;

/** `offheap histo --format=json`. */
export const histoFile = heapInspection.extend({ schemaVersion: z.literal(1) });
export type HistoFile = z.infer<typeof histoFile>;
