import { formatMiB } from './units.ts';

/** Entry points that can fail for want of memory or by a wrong argument. */
export const allocatingEntryPoints = [
  'malloc',
  'calloc',
  'realloc',
  'reallocarray',
  'posix_memalign',
  'aligned_alloc',
  'memalign',
  'valloc',
  'pvalloc',
] as const;

/** The malloc family, in the order of native/shared/entry_points.h; a test compares the two. */
export const entryPoints = [...allocatingEntryPoints, 'free', 'free_sized', 'free_aligned_sized', 'malloc_usable_size'] as const;

export type AllocatingEntryPoint = (typeof allocatingEntryPoints)[number];
export type EntryPoint = (typeof entryPoints)[number];

/**
 * What a preloaded library has counted so far in one process. Requested bytes are those the program asked for, mapped bytes are whole pages,
 * usable bytes are what malloc_usable_size says. A value that the library does not have is absent, never 0: libmeter.so has no `…Mapped…`,
 * no `mapFailures`, and requested bytes only in total; libmmapalloc.so has no usable bytes.
 * Sums over threads are not an instant: each is off by what happened during the reading, a few microseconds, and a level near zero may
 * even be negative. Meaning of each: docs/counters.md, or `describeCounters()`.
 */
export interface CounterSnapshot {
  calls: Record<EntryPoint, number>;
  failures: Record<AllocatingEntryPoint, number>;
  /** Times there were no pages for a block: memory, address space or vm.max_map_count. */
  mapFailures?: number;
  /** Times the kernel refused to unmap (vm.max_map_count): memory was given back, addresses were not. */
  unmapFailures?: number;
  liveAllocations: number;
  liveRequestedBytes?: number;
  /** Exact across threads, as is peakLiveMappedBytes; never less than liveRequestedBytes. */
  peakLiveRequestedBytes?: number;
  liveMappedBytes?: number;
  peakLiveMappedBytes?: number;
  liveUsableBytes?: number;
  /** Right within 64 KiB for each thread that lived at the time; never less than liveUsableBytes. */
  peakLiveUsableBytes?: number;
  totalRequestedBytes: number;
  totalMappedPages?: number;
  /** liveMappedBytes − liveRequestedBytes: what rounding to pages costs now. */
  roundingWasteBytes?: number;
  /** Blocks by bit width of the requested size (libmeter.so: of the usable size): index 0 is size 0, index k is 2^(k−1) to 2^k − 1, the last has everything above. */
  sizeHistogram: { live: number[]; total: number[] };
  /** False when a thread was ending at every try (or the process was killed in that moment): it may be counted twice or not at all. */
  settled: boolean;
  /** Present where the program is served by another allocator, its own as a rule: that one's malloc comes first, and no call came through it. */
  ownAllocator?: true;
}

/** What one living thread has counted. Live figures are negative in a thread that frees what others allocate. */
export interface ThreadCounters {
  tid: number;
  /** 15 bytes at most; a JVM's thread has its Java name, cut. Of a living process as /proc says it now, of a dead one as the thread named itself. */
  name: string;
  /** Of all entry points. */
  calls: number;
  liveAllocations: number;
  liveRequestedBytes?: number;
  liveMappedBytes?: number;
  liveUsableBytes?: number;
  totalRequestedBytes: number;
}

type LiveMeasures = Pick<CounterSnapshot, 'liveRequestedBytes' | 'liveUsableBytes'>;

/** Live bytes by the measure that the library has: requested (libmmapalloc.so) or usable (libmeter.so). Undefined in counters without live figures. */
export function liveBytesOf({ liveRequestedBytes, liveUsableBytes }: LiveMeasures): number | undefined {
  return liveRequestedBytes ?? liveUsableBytes;
}

/** What a thread adds to the live bytes of its process. */
export function liveShareOf(thread: ThreadCounters): number {
  return liveBytesOf(thread) ?? 0;
}

/** Why live figures cannot be right: blocks came or went past the library. Undefined where they can. */
export function whyLiveIsWrong(counters: LiveCounters): string | undefined {
  if (counters.ownAllocator) return ownAllocatorServes;
  const { liveAllocations } = counters;
  const liveBytes = liveBytesOf(counters) ?? 0;
  if (!(liveBytes < 0 || liveAllocations < 0)) return undefined;
  const live = liveBytes < 0 ? `${formatMiB(liveBytes)} MiB` : `${liveAllocations} blocks`;
  return `the page says ${live} live, less than nothing. ${pastTheLibrary}`;
}
type LiveCounters = LiveMeasures & Pick<CounterSnapshot, 'liveAllocations' | 'ownAllocator'>;

const ownAllocatorServes =
  'an allocator of the program’s own serves it. Its malloc comes before that of the preloaded library, which sees none of its blocks.';
export const pastTheLibrary =
  'Blocks came or went past the preloaded library: by functions that only the allocator has, or in a library opened with RTLD_DEEPBIND.';

/** Live bytes, or undefined where they cannot be right. */
export function credibleLiveBytesOf(counters: LiveCounters): number | undefined {
  return whyLiveIsWrong(counters) === undefined ? liveBytesOf(counters) : undefined;
}

/** The sentence in the place of live figures that cannot be right; undefined where they can. */
export function whyLiveIsWithdrawn(counters: LiveCounters): string | undefined {
  const reason = whyLiveIsWrong(counters);
  return reason === undefined ? undefined : `Live figures are not shown: ${reason}`;
}

/** The levels and peaks of native/shared/counter_fields.h, which a test compares, and what follows from them. */
export const liveFigures = [
  'liveAllocations',
  'liveRequestedBytes',
  'peakLiveRequestedBytes',
  'liveMappedBytes',
  'peakLiveMappedBytes',
  'liveUsableBytes',
  'peakLiveUsableBytes',
  'roundingWasteBytes',
] as const satisfies readonly (keyof CounterSnapshot)[];
const isLive: ReadonlySet<string> = new Set(liveFigures);

/** A snapshot's figures of what is called and allocated in total, without those of what is live. */
export function withoutLive(counters: CounterSnapshot): Partial<CounterSnapshot> {
  const { sizeHistogram, ...scalars } = counters;
  const kept = Object.entries(scalars).filter(([name]) => !isLive.has(name));
  return { ...Object.fromEntries(kept), sizeHistogram: { total: sizeHistogram.total } as CounterSnapshot['sizeHistogram'] };
}

/** Libraries that write counter pages. */
export const counterWriters = ['meter', 'mmapalloc'] as const;
export type CounterWriter = (typeof counterWriters)[number];

/** Whose page it is. */
export interface CounterInfo {
  /** In the writer's own pid namespace. */
  pid: number;
  /** When the page was made: at the start of the program, or at a fork. Together with the pid it names the process. */
  createdUnixMs: number;
  /** The library that counts: `mmapalloc` or `meter`. */
  writer: string;
  /** Another definition of malloc comes before the library's: the program's own, or that of a library preloaded before. */
  isPreceded: boolean;
  /** Version of the page's layout. */
  version: number;
  /** The file that is mapped. */
  path: string;
}

export type CounterKind = 'counter' | 'level' | 'peak';

/** One counter of the page, as native/shared/counter_fields.h declares it. */
export interface CounterField {
  /** counter: only grows. level: goes up and down. peak: the level's highest value so far. */
  kind: CounterKind;
  name: string;
  unit: string;
  doc: string;
}
