import { z } from 'zod';
import { bytes, count, milliseconds } from './figures.ts';
import { type MallocSettings, mallocSettingNames } from './malloc-settings.ts';

/** What the allocators of a process are asked. `purge`: the one that serves malloc gives back what is idle. `set`: it takes settings. */
export type AllocatorRequest = 'ask' | 'purge' | { set: MallocSettings };

/** What an allocator says of its memory. Each figure is there where the allocator tells it; names are as its own documentation has them, as far as they agree. */
const allocatorFigures = z.object({
  /** Asked for by the program, and not freed. */
  allocatedBytes: bytes.exactOptional(),
  /** jemalloc: pages that have such blocks. */
  activeBytes: bytes.exactOptional(),
  /** jemalloc: of its own. */
  metadataBytes: bytes.exactOptional(),
  /** jemalloc: the most that can be resident: active, dirty and its own pages. */
  residentBytes: bytes.exactOptional(),
  /** Mapped for blocks. */
  mappedBytes: bytes.exactOptional(),
  /** Address space that was given back, and is kept for later. */
  retainedBytes: bytes.exactOptional(),
  /** jemalloc: free pages that were written to. */
  dirtyBytes: bytes.exactOptional(),
  /** jemalloc: free pages given up by MADV_FREE. */
  muzzyBytes: bytes.exactOptional(),
  /** tcmalloc: whole free pages. */
  pageHeapFreeBytes: bytes.exactOptional(),
  /** tcmalloc: free blocks in its central cache. */
  centralFreeBytes: bytes.exactOptional(),
  /** tcmalloc: free blocks between the caches of threads and the central one. */
  transferFreeBytes: bytes.exactOptional(),
  /** tcmalloc: free blocks in the caches of threads. */
  threadFreeBytes: bytes.exactOptional(),
  /** mimalloc: that it has from the system. */
  committedBytes: bytes.exactOptional(),
  /** mimalloc: the most of that so far. */
  peakCommittedBytes: bytes.exactOptional(),
  /** glibc: free chunks. */
  freeBytes: bytes.exactOptional(),
  /** jemalloc: how many there are. */
  arenas: count.exactOptional(),
  /** jemalloc: of a page of its own, which may be larger than the system's. */
  pageBytes: bytes.exactOptional(),
});
/** The names of the figures. */
export const allocatorFigureNames: ReadonlySet<string> = new Set(Object.keys(allocatorFigures.shape));
/** What an allocator says of its memory. */
export type AllocatorFigures = z.infer<typeof allocatorFigures>;

/** An allocator in a process, as it answers there by its public functions. */
export const allocatorAnswer = z.object({
  /** As `evidence.allocator` names it. */
  name: z.string(),
  /** The file that has it. */
  object: z.string(),
  /** Whether the process's malloc is its. Another one is that of a library alone. */
  serves: z.boolean(),
  /** By its own word; empty where it does not tell. */
  version: z.string(),
  /** What it says of its memory. */
  figures: allocatorFigures,
  /** Its settings, by its own names. */
  options: z.record(z.string(), z.string()),
  /** Resident bytes of its free pages, which it gives back when it is told to: by its own records, read from outside. Absent where these do not agree with what it says. */
  purgeableRssBytes: bytes.exactOptional(),
  /** Where it was told settings: whether it took each. */
  told: z.partialRecord(z.enum(mallocSettingNames), z.boolean()).exactOptional(),
  /** Where it was told to give back what is idle. */
  purge: z
    .object({
      /** False: it has no function for that. */
      isDone: z.boolean(),
      tookMs: milliseconds,
      /** What it says afterwards. */
      after: allocatorFigures,
    })
    .exactOptional(),
});
/** An allocator in a process, as it answers there. */
export type AllocatorAnswer = z.infer<typeof allocatorAnswer>;
