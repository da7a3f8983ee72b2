import { allocatorNamed } from '../allocators/registry.ts';
import type { HeapFigures } from '../model/inspection.ts';
import { mallocRead } from '../stats/malloc-read.ts';
import { blocksInUseBytes, mallocRss } from '../stats/process-figures.ts';
import { atLook, type ProcessMetric, unlabelled } from './process-metric.ts';
import type { Reading } from './reading.ts';
import type { Look, MallocLook } from './subject.ts';

const ofMalloc = (figure: (malloc: MallocLook) => number) => (reading: Reading) => {
  const malloc = reading.subject.look?.malloc;
  return unlabelled(malloc && figure(malloc));
};

export const mallocMetrics: ProcessMetric[] = [
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
    values: ({ subject: { look } }) => unlabelled(look && readShare(look)),
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
