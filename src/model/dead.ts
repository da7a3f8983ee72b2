import { z } from 'zod';
import { coreOrigin } from './core-origin.ts';
import { finding, findingCodes } from './doctor.ts';
import { jvmEvidence } from './evidence.ts';
import { bytes, count, figure, milliseconds } from './figures.ts';
import { heapInspection } from './inspection.ts';
import { ownersEvidence } from './owners.ts';
import { regionKinds } from './region-kinds.ts';
import { tool } from './tool.ts';
import { blindSpot } from './unknown.ts';

/** What a process has left behind that the doctor reads. */
export const deadSources = ['hs_err', 'jfr', 'core'] as const;
export type DeadSource = (typeof deadSources)[number];

/** Codes of what only a file of a dead process tells: which limit refused memory, or what ended the JVM. docs/after-death.md has a section for each. */
export const deathCodes = [
  'address-space-limit',
  'data-limit',
  'mapping-limit',
  'thread-limit',
  'commit-limit',
  'host-memory',
  'container-limit',
  'allocation-refused',
  'java-heap-full',
  'metaspace-full',
  'class-space-full',
  'java-memory-refused',
  'crash',
  'unnamed-memory',
  'threads-growing',
] as const;
/** What only a file of a dead process tells. */
export type DeathCode = (typeof deathCodes)[number];

export const deadFinding = finding.extend({
  /** Which finding it is; docs/after-death.md and docs/doctor.md have a section for each. */
  code: z.enum([...deathCodes, ...findingCodes]),
});
/** What the doctor makes of it. */
export type DeadFinding = z.infer<typeof deadFinding>;

/** Why a JVM wrote an error report. */
export const deathFailure = z.object({
  /** `native`: the kernel, or malloc, refused memory. `java`: an OutOfMemoryError, with -XX:+CrashOnOutOfMemoryError. `crash`: a signal, or a fault of the JVM. */
  kind: z.enum(['native', 'java', 'crash']),
  /** As the JVM says it. */
  message: z.string(),
  /** Of `native`: by which way it was asked for. */
  way: z.enum(['mmap', 'malloc', 'thread']).exactOptional(),
  /** Of `native`: what was asked for. Absent where the JVM does not tell. */
  askedBytes: bytes.exactOptional(),
  /** Of `native`: what for, in the JVM's words. */
  purpose: z.string().exactOptional(),
  /** Of `crash`: the function it happened in. */
  frame: z.string().exactOptional(),
  /** OutOfMemoryErrors that Java code had got before. */
  outOfMemoryErrors: count.exactOptional(),
});
/** Why a JVM wrote an error report. */
export type DeathFailure = z.infer<typeof deathFailure>;

/** Limits that were in force. A limit that was not told, or is none, is absent. */
export const deathLimits = z.object({
  /** Of all addresses: ulimit -v. */
  addressSpaceBytes: bytes.exactOptional(),
  /** Of private writable memory: ulimit -d. */
  dataBytes: bytes.exactOptional(),
  /** Of the threads of all processes of the user: ulimit -u. */
  userThreads: count.exactOptional(),
  /** Of mappings: vm.max_map_count. */
  mappings: count.exactOptional(),
  /** Of threads of the whole machine: kernel.threads-max, or kernel.pid_max where that is less. */
  systemThreads: count.exactOptional(),
  /** Of threads in the container: pids.max. */
  containerThreads: count.exactOptional(),
  /** How many there were in the container. */
  containerThreadsUsed: count.exactOptional(),
  /** Of memory in the container. */
  containerBytes: bytes.exactOptional(),
  containerUsedBytes: bytes.exactOptional(),
  /** Of the whole machine, in force with vm.overcommit_memory=2. */
  commitBytes: bytes.exactOptional(),
  /** What of it was promised to all processes. */
  committedBytes: bytes.exactOptional(),
  /** vm.overcommit_memory, where the file tells it. */
  overcommit: count.exactOptional(),
});
/** Limits that were in force. */
export type DeathLimits = z.infer<typeof deathLimits>;

const hostFigures = z.object({
  ramBytes: bytes.exactOptional(),
  /** What could be had without swapping. */
  availableBytes: bytes.exactOptional(),
  swapBytes: bytes.exactOptional(),
  freeSwapBytes: bytes.exactOptional(),
});

/** A part of the memory map. */
export const deadPart = z.object({
  /** What the memory is; docs/evidence.md says how each is known. */
  kind: z.enum(regionKinds),
  /** Addresses, reserved ones too. */
  sizeBytes: bytes,
  /** What of it is private and writable, or shared memory: what the kernel has promised. How much of it was in memory no file tells by part. */
  committedBytes: bytes,
  /** Of a core file: what of it the file has in pages that hold something, and are of no file that could not be written; `core.pages` says which these are. */
  filledBytes: bytes.exactOptional(),
  /** How many. */
  mappings: count,
});
/** A part of the memory map. */
export type DeadPart = z.infer<typeof deadPart>;

/** The memory of the process at the end. */
export const deadMemory = z.object({
  /** All addresses, reserved ones too. */
  virtualBytes: bytes.exactOptional(),
  /** What of it is private and writable, or shared memory. */
  committedBytes: bytes.exactOptional(),
  /** Of a core file: what of it the file has. What was never touched is zeros in it, or left out. */
  dumpedBytes: bytes.exactOptional(),
  /** Of a core file: what of that lies in pages that hold something and are of no file that could not be written. It is no RSS: what was in swap is in it. */
  filledBytes: bytes.exactOptional(),
  /** Of a core file that was cut: what the file should have had. */
  missingBytes: bytes.exactOptional(),
  rssBytes: bytes.exactOptional(),
  peakRssBytes: bytes.exactOptional(),
  swapBytes: bytes.exactOptional(),
  /** By glibc's own word: blocks in use. */
  mallocInUseBytes: bytes.exactOptional(),
  /** By glibc's own word: free, and not given back. */
  mallocKeptBytes: bytes.exactOptional(),
  /** How many mappings there were. */
  mappings: count.exactOptional(),
  /** By what it is, most committed first. */
  parts: z.array(deadPart),
});
/** The memory of the process at the end. */
export type DeadMemory = z.infer<typeof deadMemory>;

/** A figure of a recording, at its beginning and its end. */
const recordedFigure = z.object({
  /** Such as `RSS` or `Java heap after collections`. */
  what: z.string(),
  /** Of the figures. */
  unit: z.enum(['bytes', 'count']),
  /** Of the first sample. */
  first: figure,
  /** Of the last one. */
  last: figure,
  /** The largest of all. */
  most: figure,
  /** How often it was recorded. */
  samples: count,
  /** What it grew by, in bytes or a count a minute; absent where it did not grow steadily. */
  perMinute: figure.exactOptional(),
});
/** A figure of a recording. */
export type RecordedFigure = z.infer<typeof recordedFigure>;

const recording = z.object({
  /** ISO 8601, of its first event. */
  startedAt: z.string().exactOptional(),
  /** ISO 8601, of its last event. */
  endedAt: z.string().exactOptional(),
  spanMs: milliseconds,
  /** What changed meanwhile, as far as the recording tells. */
  figures: z.array(recordedFigure),
  /** Events that tell of memory, and were not recorded. */
  missing: z.array(z.string()),
});

/** What the JVM had. Sizes are committed: its heap's RSS is not known. */
const deadJvm = jvmEvidence.pick({ collector: true, metaspace: true, nmt: true, threads: true, codeCache: true }).extend({
  /** The Java heap. */
  heap: z.object({ reservedBytes: bytes, committedBytes: bytes, usedBytes: bytes }).exactOptional(),
});

/** `offheap doctor FILE --format=json`. */
export const deadResult = z.object({
  kind: z.literal('after-death'),
  schemaVersion: z.literal(1),
  /** What wrote it. */
  tool,
  /** What was read. */
  source: z.object({
    /** An error report of HotSpot, a recording of its Flight Recorder, or a core file of any program. */
    kind: z.enum(deadSources),
    /** As it was given. */
    path: z.string(),
    bytes,
    /** Whether it was read to its end, and has one. */
    isWhole: z.boolean(),
  }),
  /** One to five short sentences. */
  verdict: z.string(),
  /** Problems before notices; what ended the process first. */
  findings: z.array(deadFinding),
  /** Who it was. */
  process: z.object({
    /** As it saw itself. */
    pid: count.exactOptional(),
    /** As far as the file has it. */
    command: z.array(z.string()),
    /** Its version, such as `17.0.15+6`. */
    jdk: z.string().exactOptional(),
    /** Name and build of the JVM. */
    vm: z.string().exactOptional(),
    /** ISO 8601, or as the file has it. */
    endedAt: z.string().exactOptional(),
    uptimeMs: milliseconds.exactOptional(),
    /** How many it had. */
    threads: count.exactOptional(),
    /** Flags that were not at their default. */
    flags: z.array(z.string()),
    /** What served malloc. */
    allocator: z.string().exactOptional(),
  }),
  /** Why it ended, where the file tells. */
  failure: deathFailure.exactOptional(),
  /** What bounded it. */
  limits: deathLimits.exactOptional(),
  /** The machine's memory then. */
  host: hostFigures.exactOptional(),
  /** What it had. */
  memory: deadMemory.exactOptional(),
  /** What the JVM said of itself. */
  jvm: deadJvm.exactOptional(),
  /** Of a core file: how it came to be. */
  core: coreOrigin.exactOptional(),
  /** Of a core file: glibc’s heaps, as of a living process, with filled pages in the place of resident ones. */
  malloc: heapInspection.exactOptional(),
  /** Of a core file, where 24 MiB or more were in use: who owned the blocks. */
  owners: ownersEvidence.exactOptional(),
  /** Of a recording: what changed in its time. */
  recording: recording.exactOptional(),
  /** What the file does not tell. */
  blindSpots: z.array(blindSpot),
  durationMs: milliseconds,
});
/** What `diagnoseFile` returns, and `offheap doctor FILE --format=json` prints. */
export type DeadResult = z.infer<typeof deadResult>;
