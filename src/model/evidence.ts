import { z } from 'zod';
import { bytes, count, figure, milliseconds } from './figures.ts';
import { heapInspection } from './inspection.ts';
import { regionKinds } from './region-kinds.ts';
import { unknown } from './unknown.ts';

/** A part of the process's RSS. The parts sum to the RSS of smaps exactly; no byte is in two. */
export const region = z.object({
  kind: z.enum(regionKinds),
  sizeBytes: bytes,
  rssBytes: bytes,
  swapBytes: bytes,
  /** How many mappings. */
  mappings: count,
  /** The largest members by name, such as threads or files; at most 10. */
  largest: z.array(z.object({ name: z.string(), sizeBytes: bytes, rssBytes: bytes })),
});
export type Region = z.infer<typeof region>;

export const allocatorEvidence = z.object({
  /** As src/allocators/registry.ts has it, `unknown` when none is recognised; a file may have the name of another version. */
  name: z.string(),
  /** The mapped file that serves malloc; empty for `unknown`. */
  library: z.string(),
  /** Of LD_PRELOAD that are mapped. */
  preloaded: z.array(z.string()),
  /** Allocator settings in the process's environment. */
  environment: z.record(z.string(), z.string()),
});
export type AllocatorEvidence = z.infer<typeof allocatorEvidence>;

const nmtCategory = z.object({
  name: z.string(),
  reservedBytes: bytes,
  committedBytes: bytes,
  mallocBytes: bytes.exactOptional(),
  mmapCommittedBytes: bytes.exactOptional(),
});
export type NmtCategory = z.infer<typeof nmtCategory>;

/** What the JVM says of itself. A part is absent when the JVM did not answer, has no such command, or has the instrument switched off. */
export const jvmEvidence = z.object({
  version: z.string(),
  vendor: z.string().exactOptional(),
  uptimeMs: milliseconds.exactOptional(),
  collector: z.string().exactOptional(),
  heap: z.object({ reservedBytes: bytes, committedBytes: bytes, usedBytes: bytes, rssBytes: bytes }).exactOptional(),
  metaspace: z
    .object({
      reservedBytes: bytes,
      committedBytes: bytes,
      usedBytes: bytes,
      classes: count.exactOptional(),
      loaders: count.exactOptional(),
    })
    .exactOptional(),
  /** Flags that are not at their default, and those that bound memory, as VM.flags prints them. */
  flags: z.array(z.string()),
  /** NMT by category; absent when it is off. `mallocBytes` is requested bytes, blind under a preloaded allocator on older JDKs. */
  nmt: z.object({ totalReservedBytes: bytes, totalCommittedBytes: bytes, categories: z.array(nmtCategory) }).exactOptional(),
  threads: z
    .object({
      count,
      /** Of names without their numbers, largest first. */
      groups: z.array(z.object({ name: z.string(), count })),
    })
    .exactOptional(),
  /** Since the last collection of the whole heap, or of any part; absent when the JVM does not tell. */
  gc: z
    .object({ collections: count, lastFullAgoMs: milliseconds.exactOptional(), lastAnyAgoMs: milliseconds.exactOptional() })
    .exactOptional(),
  directBuffers: z.object({ count, capacityBytes: bytes }).exactOptional(),
  /** Only with --histogram: it stops the JVM while it walks the heap. */
  histogram: z
    .object({
      inflaters: count,
      deflaters: count,
      top: z.array(z.object({ className: z.string(), instances: count, bytes })),
    })
    .exactOptional(),
  canTrim: z.boolean(),
});
export type JvmEvidence = z.infer<typeof jvmEvidence>;

/** The second look of `--for`, less the first, divided by nothing: differences of bytes over `intervalMs`. */
const growthEvidence = z.object({
  intervalMs: milliseconds,
  rssBytes: figure,
  mallocLiveBytes: figure.exactOptional(),
  /** Of zlib states by the census. */
  zlibBytes: figure.exactOptional(),
  javaHeapRssBytes: figure.exactOptional(),
  threads: figure,
});
export type GrowthEvidence = z.infer<typeof growthEvidence>;

/** Everything the rules may look at. Absent means not known, never 0. */
export const evidence = z.object({
  pid: count,
  /** argv. */
  command: z.array(z.string()),
  /** ISO 8601. */
  takenAt: z.string(),
  uptimeMs: milliseconds,
  rssBytes: bytes,
  swapBytes: bytes,
  threads: count,
  regions: z.array(region),
  /** The memory cgroup in force for the process. */
  cgroup: z
    .object({ version: z.literal([1, 2]), limitBytes: bytes.exactOptional(), usageBytes: bytes.exactOptional() })
    .exactOptional(),
  allocator: allocatorEvidence,
  /** glibc only. */
  malloc: heapInspection.exactOptional(),
  /** From a counter page, when the process runs behind one of our libraries. */
  counters: z.object({ liveBytes: bytes, peakLiveBytes: bytes.exactOptional() }).exactOptional(),
  /** It has libjvm.so mapped; whether or not it answers. */
  isJvm: z.boolean(),
  jvm: jvmEvidence.exactOptional(),
  growth: growthEvidence.exactOptional(),
  /** What could not be looked at. */
  unknown: z.array(unknown),
});
export type Evidence = z.infer<typeof evidence>;
