import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CounterField, CounterWriter } from '../model/counters.ts';
import { messageOf, OffheapError } from '../model/errors.ts';
import type { HeapHistogramRow, JvmBlocks } from '../model/inspection.ts';
import { whyNotExecutable } from '../process/noexec.ts';
import { isStandalone } from '../process/paths.ts';
import type { CancelFlag } from './cancel-flag.ts';
import { loadCarriedAddon } from './carried-addon.ts';
import type { NativeCore } from './native-core.ts';
import { nativeCure, nativeFolders } from './native-folder.ts';
import type { NativeOwners } from './native-owners.ts';

/** How a look at a page ended; `expected` and `found` are numbers whose meaning `what` tells. See native/addon/counter_reader.h. */
export interface NativeVerdict {
  status: 'ok' | 'unsettled' | 'not-ready' | 'truncated' | 'foreign' | 'version' | 'invalid' | 'system-error';
  what: string;
  expected: number;
  found: number;
}

export interface NativeCounterMap {
  readonly info: { pid: number; createdTicks: number; createdUnixMs: number; isPreceded: boolean; writer: string };
  /** Fills an array of `counterPage.cellCount` numbers. */
  read(cells: Float64Array): NativeVerdict;
  threads(): NativeVerdict & { threads?: { tid: number; name: string; cells: Float64Array }[] };
  close(): void;
}

export interface NativeSampler {
  watchCounters(path: string, cell: number): boolean;
  /** Start and end of each range, one after the other. */
  watchRanges(bounds: Float64Array): boolean;
  /** Returns how many samples it wrote, `sampleFields` numbers each; NaN: not read. */
  drain(samples: Float64Array): number;
  status(): { droppedSamples: number; cpuMs: number; endedAtMs?: number };
  stop(): void;
}

/** How an inspection ended; `error` is an errno or 0. See native/inspect/verdict.h. */
export interface NativeInspectVerdict {
  status:
    | 'ok'
    | 'no-process'
    | 'no-permission'
    | 'kernel-thread'
    | 'zombie'
    | 'not-glibc'
    | 'no-main-arena'
    | 'too-large'
    | 'deadline'
    | 'cancelled'
    | 'gone'
    | 'no-core'
    | 'other-machine'
    | 'no-memory'
    | 'system-error';
  what: string;
  error: number;
  inspection?: NativeInspection;
}

/** Of another look than the inspector's. */
type NativeOutcome = Omit<NativeInspectVerdict, 'inspection'>;

/** A figure as native/inspect/heap_figures.h declares it. */
export interface NativeHeapFigure {
  group: 'heap' | 'resident_free' | 'reading';
  name: string;
}

/** Chunks of one size, or of a power of two; the cached ones are among the live ones. */
export type NativeSizeRow = Required<HeapHistogramRow>;

/**
 * What native/inspect/inspect.h has, in its order; figures are in the order of `heapFigures`. Sums are scaled, `sizes` are to be multiplied by `scale`.
 */
export interface NativeInspection {
  totals: Float64Array;
  arenas: {
    figures: Float64Array;
    address: number;
    isMain: boolean;
    heaps: number;
    heapsWalked: number;
    attachedThreads?: number;
  }[];
  mmapped: { chunks: number; sizeBytes: number; rssBytes: number; missingBytes?: number };
  /** Pairs of a size and how many blocks of their own mapping have it. */
  mmappedSizes: Float64Array;
  /** Triples of start, end and kind: 0 main, 1 arena, 2 mmapped. */
  ranges: Float64Array;
  sizes: NativeSizeRow[];
  /** To be multiplied as well. */
  jvmBlocks: Omit<JvmBlocks, 'strings' | 'stringBytes'>;
  scale: number;
  listsLeft: number;
  heapsWalked: number;
  heapsTotal: number;
  relativeError: number;
  consistency: number;
}

/** See native/addon/mappings_reader.h. */
export interface NativeMappingsReader {
  next(rows: Float64Array): Promise<{ errno: number; mappings: number; names: Uint8Array; ends: Uint32Array }>;
  close(): void;
}

export interface NativeBinding {
  readonly counterPage: {
    version: number;
    bytes: number;
    cellCount: number;
    fields: (CounterField & { writer: CounterWriter | 'any'; firstCell: number; width: number })[];
  };
  mapCounters(path: string): NativeVerdict & { map?: NativeCounterMap };
  readonly sampleFields: number;
  startSampler(options: {
    pid: number;
    intervalMs: number;
    detailIntervalMs: number;
    /** CLOCK_MONOTONIC, in milliseconds, of the moment that counts as 0. */
    originMs: number;
    cgroupFile?: string | undefined;
  }): NativeSampler | { errno: number };
  readSmaps(
    pid: number,
    bounds: Float64Array,
  ): { rssBytes: number; anonymousBytes: number; swapBytes: number; rangesRssBytes: number } | { errno: number };
  /** See native/addon/own_malloc.h. */
  tightenMalloc(): boolean;
  trimMalloc(): boolean;
  readonly mappingFields: number;
  readonly mappingsAtOnce: number;
  openMappings(path: string, maxBytes: number): NativeMappingsReader | { errno: number };
  readonly heapFigures: NativeHeapFigure[];
  inspectHeap(pid: number, budgetMs: number, seed: number, cancelled: CancelFlag): Promise<NativeInspectVerdict>;
  /** The same of a core file that is open, by its number. */
  inspectCore(core: number, budgetMs: number, seed: number, cancelled: CancelFlag): Promise<NativeInspectVerdict>;
  readCore(path: string, budgetMs: number, cancelled: CancelFlag): Promise<NativeOutcome & { core?: NativeCore }>;
  closeCore(core: number): void;
  /** As `findOwners`, of a core file that is open, by its number. Mapped files are looked for below `root`, and nowhere without one. */
  findCoreOwners(
    core: number,
    budgetMs: number,
    climbs: number,
    kinds: Uint8Array,
    ranges: Float64Array,
    cancelled: CancelFlag,
    loader: number,
    byPoints: boolean,
    root: string | undefined,
  ): Promise<NativeOutcome & { owners?: NativeOwners }>;
  findOwners(
    pid: number,
    budgetMs: number,
    climbs: number,
    kinds: Uint8Array,
    ranges: Float64Array,
    cancelled: CancelFlag,
    loader: number,
    byPoints: boolean,
  ): Promise<NativeInspectVerdict & { owners?: NativeOwners }>;
  /** A descriptor of a file in memory alone, or a negative errno. See native/addon/memory_file.h. */
  createMemoryFile(name: string, content: Uint8Array): number;
  /** `records`: by their place in `freePagesRecords`. Figures as in native/addon/free_pages_reader.cc. */
  readFreePages(
    pid: number,
    budgetMs: number,
    records: number,
    pageBytes: number,
    start: number,
    end: number,
    cancelled: CancelFlag,
  ): Promise<NativeInspectVerdict & { figures?: Float64Array }>;
  /** Triples of start, end and kind. See native/addon/jvm_places_reader.h. */
  readJvmPlaces(
    pid: number,
    budgetMs: number,
    cancelled: CancelFlag,
  ): Promise<NativeOutcome & { collector?: string; places?: Float64Array }>;
  /** `isRefusedIds`: this process may not take that user, or that group. */
  connectAs(path: string, uid: number, gid: number): { socket: number } | { errno: number; isRefusedIds: boolean };
}

let loaded: NativeBinding | undefined;

/** The addon, loaded once. `OFFHEAP_ADDON_PATH` names another file than the one that was built or came with the package. */
export function loadBinding(): NativeBinding {
  loaded ??= load();
  return loaded;
}

function load(): NativeBinding {
  const override = process.env['OFFHEAP_ADDON_PATH'];
  if (isStandalone && !override) return loadCarriedAddon() as NativeBinding;
  const candidates = override ? [override] : nativeFolders().map((folder) => join(folder, 'offheap.node'));
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new OffheapError(
      'NATIVE_MISSING',
      `Expected the native addon offheap.node, found none at ${candidates.join(' or ')}. ${nativeCure}`,
    );
  }
  try {
    return createRequire(import.meta.url)(path) as NativeBinding;
  } catch (cause) {
    const mounted = whyNotExecutable(path);
    if (mounted !== undefined) throw new OffheapError('NATIVE_MISSING', mounted, { cause });
    const reason = messageOf(cause);
    throw new OffheapError(
      'NATIVE_MISSING',
      `Expected ${path} to be an addon for this Node, but it does not load: ${reason}. ${nativeCure}`,
      {
        cause,
      },
    );
  }
}
