import type { HeapInspection, HeapRange, HeapSizeRow, JvmBlocks, MmappedSizeRow, ZlibCensus } from '../model/inspection.ts';
import { loadBinding, type NativeInspection, type NativeSizeRow } from './binding.ts';
import { withCancelFlag } from './cancel-flag.ts';
import { readGlibcVersion } from './glibc-version.ts';
import { figuresReader } from './heap-figures.ts';
import { toInspectError } from './inspect-errors.ts';

/** How `inspectHeap` looks. */
export interface InspectOptions {
  /**
   * Processor time for the inspection, of each thread that reads, in milliseconds; four times as much may pass. Default 1,600. Where it does not suffice for walking all heaps, those
   * walked until then, at random, stand for the others. Where it and a quarter more, or half a second, do not suffice for finding them, that is an error.
   */
  budgetMs?: number;
  /** Of the random order. Default 1. */
  seed?: number;
  /** How many chunk sizes to list of the heaps, and how many of the blocks of their own mapping. Default none. */
  sizes?: number;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

export const defaultBudgetMs = 1600;
const rangeKinds = ['main', 'arena', 'mmapped'] as const;

/**
 * Reads the glibc heaps of a process from outside, off the JavaScript thread. The process does not stop, and its RSS does not change. Rejects
 * with an OffheapError when there is nothing to read or no permission to.
 */
export async function inspectHeap(pid: number, options: InspectOptions = {}): Promise<HeapInspection> {
  const started = performance.now();
  const inspection = await inspectNatively(pid, options);
  const glibcVersion = await readGlibcVersion(pid);
  return { durationMs: performance.now() - started, ...toHeapInspection(inspection, { pid, glibcVersion, ...options }) };
}

/** `pid` and `glibcVersion`: whose it is. */
export function toHeapInspection(
  inspection: NativeInspection,
  { pid, glibcVersion, sizes }: { pid: number; glibcVersion: string | undefined; sizes?: number },
): Omit<HeapInspection, 'durationMs'> {
  return {
    pid,
    ...(glibcVersion === undefined ? {} : { glibcVersion }),
    ...toInspection(inspection),
    ...(sizes === undefined ? {} : sizesOf(inspection, sizes)),
  };
}

type Sum = 'totals' | 'mmapped' | 'census' | 'consistency' | 'unfollowedLists' | 'ranges' | 'sample';

/** The sums of an inspection: what is left of it where nobody reads arenas, sizes and the version one by one. Some programs have 50,000 arenas. */
export interface HeapSummary extends Pick<HeapInspection, Sum> {
  arenas: number;
  heaps: number;
}

/** The same as inspectHeap(), of which only the sums are told. */
export async function summarizeHeap(pid: number, options: Pick<InspectOptions, 'budgetMs' | 'signal'>): Promise<HeapSummary> {
  const native = await inspectNatively(pid, options);
  return { ...toSums(native), arenas: native.arenas.length, heaps: native.arenas.reduce((sum, { heaps }) => sum + heaps, 0) };
}

async function inspectNatively(
  pid: number,
  { budgetMs = defaultBudgetMs, seed = 1, signal }: InspectOptions,
): Promise<NativeInspection> {
  const { inspection, ...verdict } = await withCancelFlag(signal, (cancelled) =>
    loadBinding().inspectHeap(pid, budgetMs, seed, cancelled),
  );
  if (!inspection) throw toInspectError(pid, verdict);
  return inspection;
}

function toSums(native: NativeInspection): Pick<HeapInspection, Sum> {
  const { heapsWalked, heapsTotal, relativeError } = native;
  const toFigures = figuresReader(loadBinding().heapFigures);
  return {
    consistency: native.consistency,
    ...(native.listsLeft > 0 ? { unfollowedLists: native.listsLeft } : {}),
    totals: toFigures(native.totals).figures,
    mmapped: native.mmapped,
    ranges: toRanges(native.ranges),
    census: takeCensus(scaleRows(native)),
    ...(heapsWalked < heapsTotal ? { sample: { heapsWalked, heapsTotal, relativeError } } : {}),
  };
}

function toInspection(native: NativeInspection): Omit<HeapInspection, 'pid' | 'durationMs' | 'glibcVersion' | 'sizes'> {
  const toFigures = figuresReader(loadBinding().heapFigures);
  const rows = scaleRows(native);
  return {
    ...toSums(native),
    jvmBlocks: toJvmBlocks(native, rows),
    arenas: native.arenas.map((arena) => {
      const { figures, consistency } = toFigures(arena.figures);
      return {
        ...figures,
        address: arena.address,
        isMain: arena.isMain,
        heaps: arena.heaps,
        ...(arena.attachedThreads === undefined ? {} : { attachedThreads: arena.attachedThreads }),
        consistency,
      };
    }),
    histogram: toHistogram(rows),
  };
}

function toRanges(triples: Float64Array): HeapRange[] {
  return Array.from({ length: triples.length / 3 }, (_, index) => ({
    start: triples[index * 3] ?? 0,
    end: triples[index * 3 + 1] ?? 0,
    kind: rangeKinds[triples[index * 3 + 2] ?? 0] ?? 'main',
  }));
}

function scaleRows({ sizes, scale }: NativeInspection): NativeSizeRow[] {
  if (scale === 1) return sizes;
  return sizes.map((row) => ({
    ...row,
    liveChunks: Math.round(row.liveChunks * scale),
    liveBytes: Math.round(row.liveBytes * scale),
    cachedChunks: Math.round(row.cachedChunks * scale),
    cachedBytes: Math.round(row.cachedBytes * scale),
    freeChunks: Math.round(row.freeChunks * scale),
    freeBytes: Math.round(row.freeBytes * scale),
  }));
}

function toJvmBlocks({ jvmBlocks, scale }: NativeInspection, rows: readonly NativeSizeRow[]): JvmBlocks {
  const symbols = Math.round(jvmBlocks.symbols * scale);
  return {
    arenaChunks: Math.round(jvmBlocks.arenaChunks * scale),
    arenaBytes: Math.round(jvmBlocks.arenaBytes * scale),
    symbols,
    symbolBytes: Math.round(jvmBlocks.symbolBytes * scale),
    ...countStrings(rows, symbols),
  };
}

/** Rows by powers of two; a row of sizes never straddles one. */
function toHistogram(rows: readonly NativeSizeRow[]): NativeSizeRow[] {
  const classes = new Map<number, NativeSizeRow>();
  for (const row of rows) {
    const fromBytes = 2 ** Math.floor(Math.log2(row.fromBytes));
    const sum = classes.get(fromBytes) ?? {
      ...{ fromBytes, toBytes: fromBytes * 2 - 1 },
      ...{ liveChunks: 0, liveBytes: 0, cachedChunks: 0, cachedBytes: 0, freeChunks: 0, freeBytes: 0 },
    };
    sum.liveChunks += row.liveChunks;
    sum.liveBytes += row.liveBytes;
    sum.cachedChunks += row.cachedChunks;
    sum.cachedBytes += row.cachedBytes;
    sum.freeChunks += row.freeChunks;
    sum.freeBytes += row.freeBytes;
    classes.set(fromBytes, sum);
  }
  return [...classes.values()];
}

/** As many of the heaps, and of the blocks of their own mapping. */
function sizesOf(native: NativeInspection, count: number): Pick<HeapInspection, 'sizes' | 'mmapped'> {
  const sizes = largestSizes(scaleRows(native), count);
  return { sizes, mmapped: { ...native.mmapped, sizes: largestMmapped(native.mmappedSizes, count) } };
}

function largestMmapped(pairs: Float64Array, count: number): MmappedSizeRow[] {
  const rows = Array.from({ length: pairs.length / 2 }, (_, index) => ({
    chunkBytes: pairs[index * 2] ?? 0,
    chunks: pairs[index * 2 + 1] ?? 0,
  }));
  return rows.sort((a, b) => b.chunkBytes * b.chunks - a.chunkBytes * a.chunks).slice(0, count);
}

function largestSizes(rows: readonly NativeSizeRow[], count: number): HeapSizeRow[] {
  const bytesOf = (row: NativeSizeRow) => row.liveBytes + row.freeBytes;
  return rows
    .toSorted((a, b) => bytesOf(b) - bytesOf(a))
    .slice(0, count)
    .map(({ fromBytes, toBytes, ...counts }) => ({
      chunkBytes: fromBytes,
      ...(toBytes > fromBytes ? { toBytes } : {}),
      ...counts,
    }));
}

/** What was freed to a tcache or a fastbin is not among them. */
function liveBySize(rows: readonly NativeSizeRow[]): (chunkBytes: number) => number {
  const liveOf = new Map(rows.map(({ fromBytes, liveChunks, cachedChunks }) => [fromBytes, liveChunks - cachedChunks]));
  return (chunkBytes) => liveOf.get(chunkBytes) ?? 0;
}

/** Of JDK 11 to 25: a node of the table, and 64 references in a block (jdk: gc/shared/oopStorage.hpp). */
const stringNodeBytes = 32;
const referencesBytes = 640;
const referencesPerBlock = 64;
/** Where fewer nodes than this share are there for them, blocks of that size are somebody else's. */
const leastNodes = 0.9;

/** Each interned string has a node, and a reference of the JVM's. From JDK 12 to 20 nodes of symbols are of the same size, before and after there are none. */
function countStrings(rows: readonly NativeSizeRow[], symbols: number): Pick<JvmBlocks, 'strings' | 'stringBytes'> {
  const live = liveBySize(rows);
  const blocks = live(referencesBytes);
  const all = live(stringNodeBytes);
  const nodes = [all - symbols, all].find((count) => count >= leastNodes * referencesPerBlock * blocks);
  if (nodes === undefined || blocks === 0) return { strings: 0, stringBytes: 0 };
  const strings = Math.min(nodes, referencesPerBlock * blocks);
  return { strings, stringBytes: strings * stringNodeBytes + blocks * referencesBytes };
}

/** The chunk that malloc makes of a request: its header of 8 bytes more, in multiples of 16. */
const chunkOf = (requestBytes: number) => Math.ceil((requestBytes + 8) / 16) * 16;

/** What zlib 1.2.11 to 1.3.1 asks for on 64-bit Linux. A Deflater has four of the last, for its window, its chains, its hash and its output. */
const zlibChunks = {
  inflateState: chunkOf(7160),
  inflateWindow: chunkOf(32_768),
  deflateState: chunkOf(5952),
  deflateTable: chunkOf(65_536),
};

function takeCensus(rows: readonly NativeSizeRow[]): ZlibCensus {
  const liveOf = liveBySize(rows);
  // A chunk is 16 bytes larger when what would be left of a split is too little for a chunk of its own.
  const live = (chunkBytes: number) => liveOf(chunkBytes) + liveOf(chunkBytes + 16);
  const inflaters = live(zlibChunks.inflateState);
  // A window without a state is no Inflater's.
  const inflaterWindows = Math.min(inflaters, live(zlibChunks.inflateWindow));
  const deflaters = Math.min(live(zlibChunks.deflateState), Math.floor(live(zlibChunks.deflateTable) / 4));
  const { inflateState, inflateWindow, deflateState, deflateTable } = zlibChunks;
  const bytes = inflaters * inflateState + inflaterWindows * inflateWindow + deflaters * (deflateState + 4 * deflateTable);
  return { inflaters, inflaterWindows, deflaters, bytes };
}
