import { z } from 'zod';
import { phaseNames } from './phase.ts';
import { configurationSummary } from './result-summary.ts';
import { schemaVersion, toCurrentVersion } from './result-versions.ts';
import { scenario } from './scenario.ts';

export { type PhaseName, phaseNames } from './phase.ts';
export type { Comparison, ConfigurationSummary, FigureName, Interval } from './result-summary.ts';
export { schemaVersion } from './result-versions.ts';
export type { CommandScenario, ReproScenario, Scenario } from './scenario.ts';

const count = z.number().int().nonnegative();
const bytes = count;
const milliseconds = z.number().nonnegative();

const phaseSample = z.object({
  /** Since the start of the cell's process. */
  atMs: milliseconds,
  /** `Rss` of /proc/PID/smaps_rollup: exact, unlike statm's, which lags by some pages per CPU. */
  rssBytes: bytes,
  anonymousBytes: bytes.optional(),
  swapBytes: bytes.optional(),
  /** Resident part of the Java heap. Absent for what is no JVM, and where the JVM did not tell its heap's address. */
  javaHeapRssBytes: bytes.optional(),
  /** rssBytes − javaHeapRssBytes, from one reading of smaps. */
  nativeRssBytes: bytes.optional(),
  /** Bytes allocated and not freed, where a preloaded library counts them: as requested (mmap allocator) or as usable (meter). */
  liveBytes: bytes.optional(),
  /** Bytes of the mappings that hold the live bytes: live bytes rounded up to pages. */
  liveMappedBytes: bytes.optional(),
  /** NMT's total of what the JVM itself has committed, Java heap included. Blind to malloc calls of other native code, such as zlib's caller. */
  nmtCommittedBytes: bytes.optional(),
  /** Processor time since the start of the process, user and system, to a hundredth of a second. */
  cpuMs: milliseconds.optional(),
  /** Page faults since the start of the process that needed no disk, and those that did. */
  minorFaults: count.optional(),
  majorFaults: count.optional(),
  /** What the program said of itself on its phase line. */
  announced: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});
export type PhaseSample = z.infer<typeof phaseSample>;

const provenance = z.object({
  /** True when every setting of the configuration was seen in the running process. */
  verified: z.boolean(),
  /** What contradicts the configuration; empty when verified. */
  problems: z.array(z.string()),
  preloaded: z.array(z.string()),
  /** The file mapped into the process that serves its malloc. */
  allocatorLibrary: z.string(),
  allocatorVersion: z.string().optional(),
  /** Allocator settings found in /proc/PID/environ. */
  environment: z.record(z.string(), z.string()),
  /** Settings as the allocator itself reports them, by its own names; empty where it has no way to be asked. */
  readBack: z.record(z.string(), z.string()),
  /** Flags of the configuration as the JVM itself reports them (VM.flags). */
  jvmFlags: z.array(z.string()),
});
export type Provenance = z.infer<typeof provenance>;

/** Null where a figure could not be read at that moment. */
const series = z.array(bytes.nullable());

const timeline = z.object({
  /** Asked for. What came out is in `atMs`. */
  intervalMs: milliseconds,
  atMs: z.array(milliseconds),
  /** From statm, which lags by some pages per CPU. */
  rssBytes: z.array(bytes),
  /** Null where there was no reading yet. */
  liveBytes: z.array(bytes.nullable()).optional(),
  /** Spans of over five intervals without a sample, on a machine that was too busy: what happened meanwhile is not known. */
  gaps: z.array(z.object({ fromMs: milliseconds, toMs: milliseconds })),
  /** Samples that were taken and lost, because offheap itself did not come to fetch them. */
  droppedSamples: count,
  /** Processor time that sampling took. */
  samplerCpuMs: milliseconds,
  /** What is read at a lower rate, for it costs the kernel more. */
  details: z.object({
    atMs: z.array(milliseconds),
    /** From smaps: exact. */
    rssBytes: series,
    anonymousBytes: series,
    swapBytes: series,
    /** Resident part of the Java heap; null before its address was known. */
    javaHeapRssBytes: series,
    /** Usage of the memory cgroup, with its page cache and other processes. */
    cgroupBytes: series,
  }),
});
export type Timeline = z.infer<typeof timeline>;

/** Totals of the counter page at the last phase. Names as in docs/counters.md. */
const counters = z.record(z.string(), z.unknown());

/** A figure of the user's own, from a line `@metric NAME=VALUE`. */
const metric = z.object({
  value: z.number(),
  /** Which way is an improvement, when the line says so by `better=higher` or `better=lower`. */
  better: z.enum(['higher', 'lower']).optional(),
});
export type Metric = z.infer<typeof metric>;

/** zlib's states at the end of the burst. Absent: not to be counted in this program, or under this allocator. */
const census = z.object({
  /** Live blocks of malloc of the size of an Inflater's state: an upper bound, since other code may ask for the same size. glibc only. */
  inflaterBlocks: count.optional(),
  deflaterBlocks: count.optional(),
  /** Of both, with their windows. */
  blockBytes: bytes.optional(),
  /** Java objects, unreachable ones too. JVMs only. */
  inflaterObjects: count.optional(),
  deflaterObjects: count.optional(),
});
export type Census = z.infer<typeof census>;

/** How the load command ended. Absent figures: it was ended by a signal, or was still running when the cell was over. */
const load = z.object({ exitCode: count.optional(), signal: z.string().optional(), wallMs: milliseconds });
export type LoadEnd = z.infer<typeof load>;

/** With --stacks: who allocated what was live at the end of the burst, from the start of the JVM on. */
const stacks = z.object({
  /**
   * Of all stacks, as requested: a lower bound. The profiler leaves out what several threads allocate at the same moment, and what was there before it.
   */
  bytes,
  /** The largest, innermost frame first, without the allocator's own. */
  top: z.array(z.object({ bytes, frames: z.array(z.string()) })),
  collapsedFile: z.string(),
  flameGraphFile: z.string(),
});
export type CellStacks = z.infer<typeof stacks>;

const settings = z.object({
  env: z.record(z.string(), z.string()),
  jvmFlags: z.array(z.string()),
  /** The part of GLIBC_TUNABLES by which `--cores` stands for another host. */
  simulatedTunable: z.string().optional(),
});
export type Settings = z.infer<typeof settings>;

const cell = z.object({
  configuration: z.string(),
  allocator: z.string(),
  settings,
  scenario,
  repeat: count,
  /** `skipped`: could not be tried here, the reason says how to change that. `failed` and `timeout`: tried; what was measured until then is kept. */
  state: z.enum(['ok', 'failed', 'timeout', 'skipped']),
  reason: z.string().optional(),
  command: z.array(z.string()).optional(),
  provenance: provenance.optional(),
  /** Duration of the burst itself, as the program or the load command took it: the cost of the configuration. */
  burstMs: milliseconds.optional(),
  load: load.optional(),
  /** How the program itself ended: of its own, or as it was told to by offheap. */
  end: z.object({ exitCode: count.optional(), signal: z.string().optional() }).optional(),
  metrics: z.record(z.string(), metric).optional(),
  census: census.optional(),
  /** From the start of the process to its end, idle time included. Absent for a skipped cell. */
  wallMs: milliseconds.optional(),
  phases: z.partialRecord(z.enum(phaseNames), phaseSample),
  counters: counters.optional(),
  timeline: timeline.optional(),
  stacks: stacks.optional(),
  /** Why live bytes, and with them what is retained, are not among the figures although they were counted: what was counted cannot be. */
  liveWithdrawn: z.string().optional(),
  /** What was noticed beside the figures, such as a trim command that this JDK does not have. */
  notes: z.array(z.string()),
});
export type Cell = z.infer<typeof cell>;
export type CellState = Cell['state'];

export const host = z.object({
  kernel: z.string(),
  libc: z.string(),
  cpus: count,
  memoryBytes: bytes,
  maxMapCount: count.optional(),
  transparentHugePages: z.string().optional(),
  /** The memory cgroup's limit in force for offheap itself. Absent when there is none. */
  cgroup: z.object({ version: z.union([z.literal(1), z.literal(2)]), limitBytes: bytes.optional() }).optional(),
  /** Absent where the program is not started by a `java` of its own. */
  jdk: z.object({ version: z.string(), vendor: z.string(), home: z.string() }).optional(),
});
export type Host = z.infer<typeof host>;

/** All that decides which cells are to be run: a run that was interrupted is resumed by the same plan. */
const plan = z.object({
  scenario,
  configurations: z.array(z.object({ key: z.string(), allocator: z.string(), settings })),
  repeats: count,
  meter: z.boolean(),
  census: z.boolean().optional(),
  reference: z.string(),
  timeoutMs: milliseconds,
  /** Whether the JVMs were profiled, which changes what is measured. Absent: they were not. */
  stacks: z.literal(true).optional(),
});
export type Plan = z.infer<typeof plan>;

const currentResultFile = z.object({
  schemaVersion: z.literal(schemaVersion),
  tool: z.object({ name: z.literal('offheap'), version: z.string() }),
  startedAt: z.iso.datetime(),
  /** False while cells are still to come, or when the run was interrupted. */
  complete: z.boolean(),
  /** Of the order of cells within their blocks. */
  seed: count,
  host,
  plan: plan.optional(),
  cells: z.array(cell),
  summary: z.array(configurationSummary),
});

/**
 * The result file: what `repro`, `compare` and `guard` measured, as JSON. Every byte figure is in bytes, every time in milliseconds, every share is 0 to 1.
 * A figure that was not measured is absent; it is never 0. docs/result-schema.md explains each field. Files of earlier versions are read as the current one.
 */
export const resultFile = z.preprocess(toCurrentVersion, currentResultFile);
export type ResultFile = z.infer<typeof resultFile>;
