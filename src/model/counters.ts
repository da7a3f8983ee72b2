import type { CounterSnapshot, ThreadCounters } from './counter-snapshot.ts';
import { formatMiB } from './units.ts';

export {
  type AllocatingEntryPoint,
  allocatingEntryPoints,
  type CounterWriter,
  counterWriters,
  type EntryPoint,
  entryPoints,
} from './counter-names.ts';
// Types alone: whoever reads counters needs no validator.
export type { CounterInfo, CounterSnapshot, ThreadCounters } from './counter-snapshot.ts';

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

export type CounterKind = 'counter' | 'level' | 'peak';

/** One counter of the page, as native/shared/counter_fields.h declares it. */
export interface CounterField {
  /** counter: only grows. level: goes up and down. peak: the level's highest value so far. */
  kind: CounterKind;
  name: string;
  unit: string;
  doc: string;
}
