import type { HeapInspection } from './inspection.ts';
import type { BlindSpot, Unknown } from './unknown.ts';

/** Kinds of memory, in the order of the breakdown. docs/doctor.md explains each. */
export const regionKinds = [
  'java heap',
  'metaspace',
  'code cache',
  'cds',
  'gc',
  'thread stacks',
  'glibc main',
  'glibc arenas',
  'glibc mmapped',
  'allocator',
  'jvm other',
  'mapped files',
  'libraries',
  'shared memory',
  'unexplained',
] as const;
export type RegionKind = (typeof regionKinds)[number];

/** A part of the process's RSS. The parts sum to the RSS of smaps exactly; no byte is in two. */
export interface Region {
  kind: RegionKind;
  sizeBytes: number;
  rssBytes: number;
  swapBytes: number;
  /** How many mappings. */
  mappings: number;
  /** The largest members by name, such as threads or files; at most 10. */
  largest: { name: string; sizeBytes: number; rssBytes: number }[];
}

export interface AllocatorEvidence {
  name: 'glibc' | 'tcmalloc' | 'jemalloc' | 'mimalloc' | 'mmap' | 'musl' | 'unknown';
  /** The mapped file that serves malloc; empty for `unknown`. */
  library: string;
  /** Of LD_PRELOAD that are mapped. */
  preloaded: string[];
  /** Allocator settings in the process's environment. */
  environment: Record<string, string>;
}

/** What the JVM says of itself. A part is absent when the JVM did not answer, has no such command, or has the instrument switched off. */
export interface JvmEvidence {
  version: string;
  vendor?: string;
  uptimeMs?: number;
  collector?: string;
  heap?: { reservedBytes: number; committedBytes: number; usedBytes: number; rssBytes: number };
  metaspace?: { reservedBytes: number; committedBytes: number; usedBytes: number; classes?: number; loaders?: number };
  /** Flags that are not at their default, and those that bound memory, as VM.flags prints them. */
  flags: string[];
  /** NMT by category; absent when it is off. `mallocBytes` is requested bytes, blind under a preloaded allocator on older JDKs. */
  nmt?: { totalReservedBytes: number; totalCommittedBytes: number; categories: NmtCategory[] };
  threads?: { count: number /** of names without their numbers, largest first */; groups: { name: string; count: number }[] };
  /** Since the last collection of the whole heap, or of any part; absent when the JVM does not tell. */
  gc?: { collections: number; lastFullAgoMs?: number; lastAnyAgoMs?: number };
  directBuffers?: { count: number; capacityBytes: number };
  /** Only with --histogram: it stops the JVM while it walks the heap. */
  histogram?: { inflaters: number; deflaters: number; top: { className: string; instances: number; bytes: number }[] };
  canTrim: boolean;
}

export interface NmtCategory {
  name: string;
  reservedBytes: number;
  committedBytes: number;
  mallocBytes?: number;
  mmapCommittedBytes?: number;
}

/** The second look of `--for`, less the first, divided by nothing: differences of bytes over `intervalMs`. */
export interface GrowthEvidence {
  intervalMs: number;
  rssBytes: number;
  mallocLiveBytes?: number;
  /** Of zlib states by the census. */
  zlibBytes?: number;
  javaHeapRssBytes?: number;
  threads: number;
}

/** Everything the rules may look at. Absent means not known, never 0. */
export interface Evidence {
  pid: number;
  /** argv. */
  command: string[];
  /** ISO 8601. */
  takenAt: string;
  uptimeMs: number;
  rssBytes: number;
  swapBytes: number;
  threads: number;
  regions: Region[];
  /** The memory cgroup in force for the process. */
  cgroup?: { version: 1 | 2; limitBytes?: number; usageBytes?: number };
  allocator: AllocatorEvidence;
  /** glibc only. */
  malloc?: HeapInspection;
  /** From a counter page, when the process runs behind one of our libraries. */
  counters?: { liveBytes: number; peakLiveBytes?: number };
  /** It has libjvm.so mapped; whether or not it answers. */
  isJvm: boolean;
  jvm?: JvmEvidence;
  growth?: GrowthEvidence;
  /** What could not be looked at. */
  unknown: Unknown[];
}

/** Codes of findings; docs/doctor.md has a section for each. They do not change within a major version. */
export const findingCodes = [
  'java-heap-dominates',
  'malloc-growing',
  'waiting-for-gc',
  'live-malloc',
  'retained-pages',
  'retained-arena-tops',
  'retained-sub-page',
  'too-many-arenas',
  'allocator-idle',
  'thread-stacks',
  'metaspace',
  'direct-buffers',
  'mapped-files',
  'mmap-user',
  'near-limit',
  'not-enough-evidence',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  code: FindingCode;
  /** `problem`: act. `notice`: worth knowing, no reason to act by itself; does not change the exit status. */
  severity: 'problem' | 'notice';
  /** One sentence with the numbers in it. */
  summary: string;
  /** The numbers the rule decided by, bytes as bytes. */
  evidence: Record<string, number | string>;
  fixes: Fix[];
  /** RSS that the first fix gives back at once; absent when it cannot be told. */
  predictedBytes?: number;
}

export interface Fix {
  /** What it does, one sentence. */
  action: string;
  /** A setting as lines to paste; absent for advice on code. */
  environment?: Record<string, string>;
  jvmFlags?: string[];
  /** To run now. */
  command?: string;
}

/** A prediction and what became of it. */
export interface AppliedFix {
  kind: 'trim' | 'gc';
  /** What the two figures are of: a GC frees blocks, which are not given back by that; a trim gives back RSS. */
  measure: 'rss' | 'live malloc';
  predictedBytes: number;
  actualBytes: number;
  rssBeforeBytes: number;
  rssAfterBytes: number;
  /** (predicted − actual) / RSS before. */
  errorShare: number;
  /** Why it fell short, when it did. */
  reasons: string[];
}

/** With --peek: what pages of one mapping look like. */
export interface PeekedMapping {
  start: number;
  end: number;
  /** Whose it is, as far as it is known. */
  name: string;
  rssBytes: number;
  /** How many were sampled, and of these how many look like what; see src/parse/page-content.ts. */
  pages: number;
  contents: Record<string, number>;
  /** Runs of text, bytes that are not printable escaped. */
  excerpts: string[];
}

/** With --stacks: who allocated what was not freed while it was watched. */
export interface AllocationStacks {
  intervalMs: number;
  /** Of all stacks; sampled, so an estimate. */
  bytes: number;
  /** The largest, innermost frame first, without the allocator's own. */
  top: { bytes: number; frames: string[] }[];
  collapsedFile: string;
  flameGraphFile: string;
}

/** `offheap doctor --format=json`. */
export interface DoctorResult {
  schemaVersion: 2;
  tool: { name: 'offheap'; version: string };
  /** One sentence. */
  verdict: string;
  findings: Finding[];
  evidence: Evidence;
  /** `evidence.unknown` for people. */
  blindSpots: BlindSpot[];
  applied: AppliedFix[];
  /** Only with --peek, since it shows memory contents. */
  peek?: PeekedMapping[];
  stacks?: AllocationStacks;
  /** How long the looking took. */
  durationMs: number;
}
