import { allocatorNamed } from '../allocators/registry.ts';
import type { HeapFigures } from '../model/inspection.ts';
import { mallocRead } from '../stats/malloc-read.ts';
import { blocksInUseBytes, mallocRss } from '../stats/process-figures.ts';
import type { Reading } from './reading.ts';
import type { Look, MallocLook } from './subject.ts';

/** A gauge of a process: its name, what it means, the label it has beside those of the process, and its values, none where they are not known. */
export interface ProcessMetric {
  name: string;
  help: string;
  label?: string;
  /** Read at each scrape; all others are of the last look. */
  isOfScrape?: true;
  /** Value of the label, or '' where there is none → figure. */
  values(reading: Reading): Iterable<readonly [string, number | undefined]>;
}

/** Every process has these labels; empty where a process is in no container. */
export const processLabels = ['pid', 'command', 'container_id', 'pod_uid'] as const;

/** NMT has some 25 categories; a JVM of tomorrow is not to have any number of them. */
const maxCategories = 50;
const atLook = 'At the last look.';

const one = (value: number | undefined) => [['', value]] as const;
const ofMalloc = (figure: (malloc: MallocLook) => number) => (reading: Reading) => {
  const malloc = reading.subject.look?.malloc;
  return one(malloc && figure(malloc));
};

const processMetrics: ProcessMetric[] = [
  {
    name: 'offheap_process_resident_memory_bytes',
    help: 'RSS, read at the scrape; the kernel counts it in batches, so it may lag by some pages per CPU.',
    isOfScrape: true,
    values: ({ rssBytes }) => one(rssBytes),
  },
  {
    name: 'offheap_process_looked_at_timestamp_seconds',
    help: 'When the process was last looked at. Metrics that say "at the last look" are of that moment, all of the same.',
    values: ({ subject: { look } }) => one(look && look.takenAtMs / 1000),
  },
  {
    name: 'offheap_process_region_resident_bytes',
    help: `RSS by what the memory is for. The regions sum to the RSS. ${atLook}`,
    label: 'region',
    values: ({ subject: { look } }) => (look?.regions ?? []).map(({ kind, rssBytes }) => [kind, rssBytes]),
  },
  {
    name: 'offheap_process_native_resident_bytes',
    help: `RSS without the Java heap; of a JVM that tells where its heap is. ${atLook}`,
    values: ({ subject: { look } }) => one(look?.nativeRssBytes),
  },
  {
    name: 'offheap_process_swap_bytes',
    help: `Swapped out. ${atLook}`,
    values: ({ subject: { look } }) => one(look?.swapBytes),
  },
];

const mallocMetrics: ProcessMetric[] = [
  {
    name: 'offheap_malloc_live_bytes',
    help: `glibc: chunks in use and blocks mapped on their own, with their headers, resident or not; those in tcaches and fastbins are not in use. ${atLook}`,
    values: ofMalloc(blocksInUseBytes),
  },
  {
    name: 'offheap_malloc_cached_bytes',
    help: `glibc: chunks in tcaches and fastbins, resident or not: freed, and kept for the next request of their size. ${atLook}`,
    values: ofMalloc(({ totals }) => totals.unknownBytes),
  },
  {
    name: 'offheap_malloc_free_bytes',
    help: `glibc: free chunks, resident or not. ${atLook}`,
    values: ofMalloc(({ totals }) => totals.freeBytes),
  },
  {
    name: 'offheap_malloc_reclaimable_bytes',
    help: `glibc: free, resident, and given back by one malloc_trim. class: page, whole pages within free chunks; top, the end of the main heap. ${atLook}`,
    label: 'class',
    values: ({ subject: { look } }) => reclaimable(look?.malloc?.totals),
  },
  {
    name: 'offheap_malloc_retained_bytes',
    help: `glibc: free and resident. class: page and top as above; arena_top, sub_page and tcache (blocks in threads' caches), which malloc_trim does not give back. ${atLook}`,
    label: 'class',
    values: ({ subject: { look } }) => [...reclaimable(look?.malloc?.totals), ...unreclaimable(look?.malloc)],
  },
  {
    name: 'offheap_malloc_arenas',
    help: `glibc: arenas, the main one among them. ${atLook}`,
    values: ofMalloc(({ arenas }) => arenas),
  },
  {
    name: 'offheap_malloc_heaps',
    help: `glibc: regions of 64 MiB of address space that the arenas have, and the main heap. ${atLook}`,
    values: ofMalloc(({ heaps }) => heaps),
  },
  {
    name: 'offheap_malloc_consistency_ratio',
    help: `glibc: share of the heaps that could be followed while the program changed them, 0 to 1. ${atLook}`,
    values: ofMalloc(({ consistency }) => consistency),
  },
  {
    name: 'offheap_malloc_read_ratio',
    help: `glibc: share of malloc's RSS that was read, 0 to 1; the other malloc metrics tell less, or estimates, below 1. 0: nothing could be read. ${atLook}`,
    values: ({ subject: { look } }) => one(look && readShare(look)),
  },
  {
    name: 'offheap_malloc_unread_resident_bytes',
    help: `glibc: resident bytes of malloc that could not be read: in use or free. ${atLook}`,
    values: ofMalloc((malloc) => mallocRead(malloc).unreadBytes),
  },
  {
    name: 'offheap_zlib_states',
    help: `Live zlib states by the signature of their blocks, an upper bound: inflater, deflater. ${atLook}`,
    label: 'kind',
    values: ({ subject: { look } }) => {
      const census = look?.malloc?.census;
      return [['inflater', census?.inflaters] as const, ['deflater', census?.deflaters] as const];
    },
  },
  {
    name: 'offheap_zlib_bytes',
    help: `Bytes of live zlib states. ${atLook}`,
    values: ofMalloc(({ census }) => census.bytes),
  },
];

const meterMetrics: ProcessMetric[] = [
  {
    name: 'offheap_meter_live_bytes',
    help: 'Allocated and not freed, as a preloaded libmeter.so (usable bytes) or libmmapalloc.so (requested bytes) counts it; read at the scrape.',
    isOfScrape: true,
    values: ({ liveBytes }) => one(liveBytes),
  },
  {
    name: 'offheap_meter_thread_live_bytes',
    help: `The same by the thread that allocated it, less what the thread freed; threads by name with N for numbers, the largest and "other". ${atLook}`,
    label: 'thread',
    values: ({ subject: { look } }) => look?.threads ?? [],
  },
];

/** The names that Micrometer's NMT binders have established. */
const nmtMetrics: ProcessMetric[] = (['reserved', 'committed'] as const).map((figure) => ({
  name: `jvm_memory_nmt_${figure}_bytes`,
  help: `Native Memory Tracking by category, and "total": ${figure}. Of a JVM with -XX:NativeMemoryTracking, asked seldom.`,
  label: 'category',
  values: ({ subject: { look } }) => {
    if (!look?.nmt) return [];
    const key = `${figure}Bytes` as const;
    const categories = look.nmt.categories.slice(0, maxCategories);
    return [['total', look.nmt[key]], ...categories.map((category) => [nmtCategory(category.name), category[key]] as const)];
  },
}));

const cgroupMetrics: ProcessMetric[] = [
  {
    name: 'offheap_cgroup_memory_limit_bytes',
    help: `Limit of memory in force for the process; absent where there is none. ${atLook}`,
    values: ({ subject: { look } }) => one(look?.cgroup?.limitBytes),
  },
  {
    name: 'offheap_cgroup_memory_usage_bytes',
    help: `What the cgroup with that limit, or the process's own, uses, page cache among it. ${atLook}`,
    values: ({ subject: { look } }) => one(look?.cgroup?.usageBytes),
  },
];

export const allProcessMetrics: readonly ProcessMetric[] = [
  ...processMetrics,
  ...mallocMetrics,
  ...meterMetrics,
  ...nmtMetrics,
  ...cgroupMetrics,
];

function reclaimable(totals: HeapFigures | undefined): (readonly [string, number | undefined])[] {
  return [
    ['page', totals?.residentFree.pageBytes],
    ['top', totals?.residentFree.mainTopBytes],
  ];
}

function unreclaimable(malloc: MallocLook | undefined): (readonly [string, number | undefined])[] {
  return [
    ['arena_top', malloc?.totals.residentFree.arenaTopBytes],
    ['sub_page', malloc?.totals.residentFree.subPageBytes],
    ['tcache', mallocRss({ malloc })?.tcacheBytes],
  ];
}

/** Undefined of another allocator than glibc's. */
function readShare({ allocator, malloc }: Look): number | undefined {
  if (malloc) return mallocRead(malloc).share;
  return allocatorNamed(allocator).sight.byInspector ? 0 : undefined;
}

/** `Java Heap` → `java.heap`. */
function nmtCategory(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, '.');
}
