/**
 * What the heap inspector read of one process's glibc heaps, from outside, while it ran. Bytes are bytes of the target's address space
 * unless a name says `Rss`; addresses are virtual addresses of the target, below 2^47, hence exact as numbers. docs/inspector.md tells
 * how each figure is read and what it is not.
 */
export interface HeapInspection {
  pid: number;
  durationMs: number;
  /** `gnu_get_libc_version` of the target where it can be told from the mapped file; absent when it cannot. */
  glibcVersion?: string;
  /**
   * Share of the walked bytes whose chunk chain held together, 0 to 1: below 1 the target changed its heap while it was read, and the
   * bytes that could not be followed are in `unreadableBytes`.
   */
  consistency: number;
  totals: HeapFigures;
  arenas: ArenaInspection[];
  /** Blocks that malloc got from mmap, one mapping each or merged by the kernel with its neighbours. */
  mmapped: { chunks: number; sizeBytes: number; rssBytes: number };
  /** Where the heaps lie, for attributing mappings. Sorted by start, without overlap. */
  ranges: HeapRange[];
  histogram: HeapHistogramRow[];
  /** Chunk sizes by bytes, the largest sum first; only when they were asked for. */
  sizes?: HeapSizeRow[];
  census: ZlibCensus;
  /** Present when not every heap was walked: then `totals` and the other sums are scaled up by resident bytes. */
  sample?: {
    heapsWalked: number;
    heapsTotal: number;
    /** Half the 95 % interval of the sum of totals.residentFree, as a share of that sum. */
    relativeError: number;
  };
}

export interface HeapFigures {
  /** Of the heaps, mmapped chunks not among them. */
  sizeBytes: number;
  rssBytes: number;
  /** Chunks in use, with their headers; tcache and fastbin chunks look in use and are counted here, see `unknown`. */
  liveBytes: number;
  liveChunks: number;
  /** Free chunks, tops included, resident or not. */
  freeBytes: number;
  freeChunks: number;
  residentFree: ResidentFree;
  /** Chunks in tcaches and fastbins as far as they were found: free to the program, in use to the chunk chain. */
  unknownBytes: number;
  /** Could not be read or followed. */
  unreadableBytes: number;
}

/** Free and resident, by what gives it back. */
export interface ResidentFree {
  /** Whole pages within free chunks: malloc_trim(3) returns them, in every arena. */
  pageBytes: number;
  /** Whole pages of the main arena's top chunk: malloc_trim returns them too. */
  mainTopBytes: number;
  /**
   * Whole pages of other arenas' top chunks: malloc_trim does not return them. Nor does it cut the main arena's top when that is not at
   * the program break, since brk failed or somebody else moved it: such a top is counted here as well.
   */
  arenaTopBytes: number;
  /** Parts of pages that they share with live chunks or headers: nothing returns them. */
  subPageBytes: number;
}

export interface ArenaInspection extends HeapFigures {
  address: number;
  isMain: boolean;
  /** 64 MB regions in its chain; 1 for the main arena however many pieces it has. */
  heaps: number;
  /** `attached_threads` of the arena; absent where the glibc has no such field. */
  attachedThreads?: number;
  consistency: number;
}

export interface HeapRange {
  start: number;
  end: number;
  kind: 'main' | 'arena' | 'mmapped';
}

/** One power-of-two class of chunk sizes: from `fromBytes` to `toBytes`, both inclusive. */
export interface HeapHistogramRow {
  fromBytes: number;
  toBytes: number;
  liveChunks: number;
  liveBytes: number;
  freeChunks: number;
  freeBytes: number;
}

/** One chunk size. From 128 KiB on sizes are not told apart: such a row is a range, as in the histogram, from its `chunkBytes`. */
export interface HeapSizeRow {
  chunkBytes: number;
  /** Last size of a range. */
  toBytes?: number;
  liveChunks: number;
  liveBytes: number;
  freeChunks: number;
  freeBytes: number;
}

/** zlib states by the signature of their block sizes: an upper bound, since other code may ask for the same sizes. */
export interface ZlibCensus {
  /** State blocks of inflateInit2_; `inflaterWindows` of them have decompressed something. */
  inflaters: number;
  inflaterWindows: number;
  deflaters: number;
  bytes: number;
}
