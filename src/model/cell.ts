import { z } from 'zod';
import { cellFailure } from './cell-failure.ts';
import { cellLook } from './cell-look.ts';
import { bytes, count, milliseconds } from './figures.ts';
import { phaseNames } from './phase.ts';
import { regionKinds } from './region-kinds.ts';
import { scenario } from './scenario.ts';
import { stackTree } from './stack-tree.ts';
import { timeline } from './timeline.ts';

const phaseSample = z.object({
  /** Since the start of the cell's process. */
  atMs: milliseconds,
  /** `Rss` of /proc/PID/smaps_rollup: exact, unlike statm's, which lags by some pages per CPU. With pages of hugetlbfs. */
  rssBytes: bytes,
  anonymousBytes: bytes.optional(),
  swapBytes: bytes.optional(),
  /** Resident part of the Java heap. Absent for what is no JVM, and where the JVM did not tell its heap's address. */
  javaHeapRssBytes: bytes.optional(),
  /** rssBytes − javaHeapRssBytes, from one reading of smaps. */
  nativeRssBytes: bytes.optional(),
  /**
   * RSS by part, as the doctor divides it, read next to the other figures at `baseline` and `settled`: retained is of those that are the allocator's. Absent
   * where a JVM does not tell what lies where.
   */
  partsRssBytes: z.partialRecord(z.enum(regionKinds), bytes).optional(),
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
  /** Page faults since the start of the process that went to disk. */
  majorFaults: count.optional(),
  /** Of a baseline that was not announced: how long was waited for RSS to be steady. */
  waitedMs: milliseconds.optional(),
  /** Highest less lowest RSS in the second before it. At `baseline` where that was waited for, and at `settled` where no other phase lies in that second. */
  movedBytes: bytes.optional(),
  /** Whether movedBytes is at most 1 MiB, or half a per cent of RSS. False: the figure is of a moment, and another one would be another. */
  isSteady: z.boolean().optional(),
  /** Collections of any part of the Java heap since the JVM's start, by its jvmstat counters. Absent without those, and for what is no JVM. */
  collections: count.optional(),
  /** What the program said of itself on its phase line. */
  announced: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});
/** What was measured at a phase. */
export type PhaseSample = z.infer<typeof phaseSample>;

const provenance = z.object({
  /** True when every setting of the configuration was seen in the running process. */
  verified: z.boolean(),
  /** What contradicts the configuration; empty when verified. */
  problems: z.array(z.string()),
  /** Libraries of LD_PRELOAD that are mapped into the process. */
  preloaded: z.array(z.string()),
  /** The file mapped into the process that serves its malloc. */
  allocatorLibrary: z.string(),
  /** As the package manager, or glibc, tells it. */
  allocatorVersion: z.string().optional(),
  /** Allocator settings found in /proc/PID/environ. */
  environment: z.record(z.string(), z.string()),
  /** Settings as the allocator itself reports them, by its own names; empty where it has no way to be asked. */
  readBack: z.record(z.string(), z.string()),
  /** Flags of the configuration as the JVM itself reports them (VM.flags). */
  jvmFlags: z.array(z.string()),
});
/** What was seen of the configuration in the running process. */
export type Provenance = z.infer<typeof provenance>;

/** Totals of the counter page at the last phase. Names as in docs/counters.md. */
const counters = z.record(z.string(), z.unknown());

/** A figure of the user's own, from a line `@metric NAME=VALUE`. */
const metric = z.object({
  /** In the unit of who prints it. */
  value: z.number(),
  /** Which way is an improvement, when the line says so by `better=higher` or `better=lower`. */
  better: z.enum(['higher', 'lower']).optional(),
});
export type Metric = z.infer<typeof metric>;

/** zlib's states at the end of the burst. Absent: not to be counted in this program, or under this allocator. */
const census = z.object({
  /** Live blocks of malloc of the size of an Inflater's state: an upper bound, since other code may ask for the same size. glibc only. */
  inflaterBlocks: count.optional(),
  /** Live blocks of malloc of the size of a Deflater's state. glibc only. */
  deflaterBlocks: count.optional(),
  /** Of both, with their windows. */
  blockBytes: bytes.optional(),
  /** Java objects, unreachable ones too. JVMs only. */
  inflaterObjects: count.optional(),
  /** Java objects, unreachable ones too. JVMs only. */
  deflaterObjects: count.optional(),
});
export type Census = z.infer<typeof census>;

/** How the load command ended. Absent figures: it was ended by a signal, or was still running when the cell was over. */
const load = z.object({
  /** Its exit status. */
  exitCode: count.optional(),
  /** The signal that ended it. */
  signal: z.string().optional(),
  wallMs: milliseconds,
  /** With --load-format: how many requests it sent, as it says. */
  requests: count.optional(),
  /** With --load-format: of them, those that got no answer, or one that says so. */
  errors: count.optional(),
});
export type LoadEnd = z.infer<typeof load>;

/** With --stacks: who allocated what was live at the end of the burst, from the start of the JVM on. */
const stacks = z.object({
  /**
   * Of all stacks, as requested: a lower bound. The profiler leaves out what several threads allocate at the same moment, and what was there before it.
   */
  bytes,
  /** The largest, innermost frame first, without the allocator's own. */
  top: z.array(
    z.object({
      bytes,
      /** Methods and functions. */
      frames: z.array(z.string()),
    }),
  ),
  /** All of them, but for frames of less than a thousandth; files of earlier versions have none. */
  tree: stackTree.exactOptional(),
  /** All stacks as text, one a line. */
  collapsedFile: z.string(),
  /** All stacks as an HTML page. */
  flameGraphFile: z.string(),
});
export type CellStacks = z.infer<typeof stacks>;

const machine = z.object({
  /** Processor time that the machine had: the length of the burst for each of its processors. */
  capacityMs: milliseconds,
  /** Of it, what nobody used. */
  idleMs: milliseconds,
  /** Of it, what the hypervisor gave to other machines. */
  stealMs: milliseconds,
  /** Of it, what neither the program, nor what it has started, nor its load, nor offheap used. */
  othersMs: milliseconds,
  /** Processes that ran or waited to run, as the kernel averages them over a minute, at baseline. */
  loadAverage: z.number().min(0).optional(),
  /** For how long some process of the machine waited for a processor (PSI). */
  cpuPressureMs: milliseconds.optional(),
});
export type BurstMachine = z.infer<typeof machine>;

const throttling = z.object({
  /** Periods of the quota in which the cgroup ran. */
  periods: count,
  /** Of them, those in which it used its quota up. */
  throttledPeriods: count,
  /** For how long it was held back, of all processors together. */
  throttledMs: milliseconds,
});
export type Throttling = z.infer<typeof throttling>;

export const settings = z.object({
  /** Variables of the environment. */
  env: z.record(z.string(), z.string()),
  /** Flags of the JVM. */
  jvmFlags: z.array(z.string()),
  /** The user's own build of an allocator, which is preloaded. */
  library: z.string().optional(),
  /** The part of GLIBC_TUNABLES by which `--cores` stands for another host. */
  simulatedTunable: z.string().optional(),
});
export type Settings = z.infer<typeof settings>;

export const cell = z.object({
  /** The key of the configuration that it ran under. */
  configuration: z.string(),
  /** Whose settings they are: `glibc`, `jemalloc`. */
  allocator: z.string(),
  /** What the configuration sets. */
  settings,
  /** What was run. */
  scenario,
  /** Which run of its configuration it is, from 1. */
  repeat: count,
  /** `skipped`: could not be tried here, the reason says how to change that. `failed` and `timeout`: tried; what was measured until then is kept. */
  state: z.enum(['ok', 'failed', 'timeout', 'skipped']),
  /** Why it is not ok. */
  reason: z.string().optional(),
  /** The command line that was started. */
  command: z.array(z.string()).optional(),
  /** What was seen of the configuration in the running process. */
  provenance: provenance.optional(),
  /** Duration of the burst itself, as the program or the load command took it: the cost of the configuration. */
  burstMs: milliseconds.optional(),
  /** How the load command ended. */
  load: load.optional(),
  /** How the program itself ended: of its own, or as it was told to by offheap. */
  end: z
    .object({
      /** Its exit status. */
      exitCode: count.optional(),
      /** The signal that ended it. */
      signal: z.string().optional(),
    })
    .optional(),
  /** The signal that ended the program, when offheap had sent none and not told it to end. */
  diedBy: z.string().optional(),
  /** How many processes of the program's memory cgroup the kernel has killed meanwhile for want of memory. Absent where that is not counted. */
  oomKills: count.optional(),
  /** What the machine's processors did during the burst. */
  machine: machine.optional(),
  /** How the program's cgroup was held back during the burst by its CPU quota. Absent where no cgroup of its has one. */
  throttling: throttling.optional(),
  /** What the load or the program printed as `@metric`, by name. */
  metrics: z.record(z.string(), metric).optional(),
  /** With --census: zlib's states at the end of the burst. */
  census: census.optional(),
  /** From the start of the process to its end, idle time included. Absent for a skipped cell. */
  wallMs: milliseconds.optional(),
  /** What was measured at each phase that was reached. */
  phases: z.partialRecord(z.enum(phaseNames), phaseSample),
  /** The counter page at the end of the program, by the names of docs/counters.md. */
  counters: counters.optional(),
  /** RSS and live bytes over time. */
  timeline: timeline.optional(),
  /** With --stacks: who allocated what was live at the end of the burst. */
  stacks: stacks.optional(),
  /** Of one that is `failed` or `timeout`: what was seen of it then. */
  failure: cellFailure.optional(),
  /** What the doctor saw when all was measured: of the first cell of each configuration that settled. */
  look: cellLook.optional(),
  /** Why live bytes, and with them what is retained, are not among the figures although they were counted: what was counted cannot be. */
  liveWithdrawn: z.string().optional(),
  /** What was noticed beside the figures, such as a trim command that this JDK does not have. */
  notes: z.array(z.string()),
});
/** One run of the program under one configuration. */
export type Cell = z.infer<typeof cell>;
/** How a cell ended. */
export type CellState = Cell['state'];
