import { z } from 'zod';
import { settings } from './cell.ts';
import { count, milliseconds } from './figures.ts';
import { pins } from './pin.ts';
import { host } from './result.ts';
import { scenario } from './scenario.ts';
import { tool } from './tool.ts';

/** The result file of `offheap fit`. Bytes and milliseconds; a figure that was not measured is absent. */
export const fitSchemaVersion = 1;

/** The JVM of an attempt, as its own counters tell (jvmstat): nothing is asked of it. */
const jvmOfAttempt = z.object({
  /** `G1`, `Serial` and so on. */
  collector: z.string(),
  /** The largest size that its heap may have. */
  maxHeapBytes: count.optional(),
});
export type JvmOfAttempt = z.infer<typeof jvmOfAttempt>;

/** One run of the program in a memory cgroup of its own. */
const attempt = z.object({
  /** Absent: it ran without a limit. */
  limitBytes: count.optional(),
  /** It was made to see whether the limit to ship is survived, and had no part in the search. */
  isConfirmation: z.boolean().optional(),
  /**
   * `oom-killed`: the kernel killed a process of it at the limit. `failed`: it ended otherwise, such as by an OutOfMemoryError of a heap that follows the
   * limit. `timeout`: it took too long, as programs do whose pages are taken away as fast as they are read.
   */
  outcome: z.enum(['survived', 'oom-killed', 'failed', 'timeout']),
  /** How it ended, when it did not survive. */
  reason: z.string().optional(),
  /** Processes of it that the kernel has killed. */
  oomKills: count.optional(),
  /** The most that its cgroup has used, page cache included: what the limit bounds. */
  peakBytes: count.optional(),
  /** The largest RSS that was sampled. */
  peakRssBytes: count.optional(),
  /** From its start to its end. */
  wallMs: milliseconds,
  /** Absent where none was seen: the program is another, or its JVM keeps no counters. Of several, that with the largest heap. */
  jvm: jvmOfAttempt.optional(),
});
export type Attempt = z.infer<typeof attempt>;
export type AttemptOutcome = Attempt['outcome'];

const fitOfConfiguration = z.object({
  /** Its key. */
  configuration: z.string(),
  /** Its heap was this percentage of each limit; absent: as its command has it. */
  heapPercentage: count.optional(),
  /**
   * `searching`: it was interrupted. `failed`: it does not survive without a limit either. `unfit`: no limit that can be set here is survived. `larger`: with this
   * percentage its limit is no smaller than with another, and was not searched further.
   */
  state: z.enum(['searching', 'found', 'failed', 'unfit', 'larger', 'skipped']),
  /** Why no limit was found. */
  reason: z.string().optional(),
  /** The smallest limit at which every attempt survived. */
  limitBytes: count.optional(),
  /** The largest limit at which some attempt did not; absent when the smallest that can be set was survived. */
  tooSmallBytes: count.optional(),
  /** A limit to ship: the one that was found, and headroom. With confirming attempts all of them survived it, and it is absent where they did at none. */
  shipBytes: count.optional(),
  /** The file that served malloc in the first run. */
  library: z.string().optional(),
  /** Flags of the JVM at each limit: what it had chosen without one. */
  pinnedFlags: z.array(z.string()).optional(),
  /** In the order they were made; the first ones without a limit. */
  attempts: z.array(attempt),
});
export type FitOfConfiguration = z.infer<typeof fitOfConfiguration>;

const plan = z.object({
  /** What is run in each attempt. */
  scenario,
  /** In the order they are searched. */
  configurations: z.array(
    z.object({
      /** The name by which `--allocator` knows it, or that it was given. */
      key: z.string(),
      /** Whose settings they are. */
      allocator: z.string(),
      /** What it sets. */
      settings,
    }),
  ),
  /** The key of the configuration that savings are against. */
  reference: z.string(),
  /** Attempts at each limit, all of which must survive. */
  repeats: count,
  /** How closely the limit is found. */
  resolutionBytes: count,
  /** An attempt that takes longer than this times the run without a limit counts as a time-out. */
  maxSlowdown: z.number(),
  /** What of the JVM without a limit is kept at each limit; absent: it chooses anew, as in a container. */
  pinJvm: z.enum(pins).optional(),
  /** Percentages of the limit that the heap may have, of which that with the smallest limit is searched; absent: the heap is as the command has it. */
  heapPercentages: z.array(count).optional(),
  /** Confirming attempts at the limit to ship; absent: none. */
  confirm: count.optional(),
  /** The longest time that an attempt may take. */
  timeoutMs: milliseconds,
});
export type FitPlan = z.infer<typeof plan>;

export const fitFile = z.object({
  schemaVersion: z.literal(fitSchemaVersion),
  kind: z.literal('fit'),
  /** What wrote it. */
  tool,
  /** In UTC. */
  startedAt: z.iso.datetime(),
  /** False while limits are still to be tried, or when it was interrupted. */
  complete: z.boolean(),
  /** The machine, as far as it bears on the figures. */
  host,
  /** By what the limits were set. */
  limits: z.object({
    kind: z.literal('cgroup'),
    /** Of cgroups: 1 or 2. */
    version: z.union([z.literal(1), z.literal(2)]),
    /** The cgroup in which those of the attempts were made. */
    folder: z.string(),
  }),
  /** What was to be searched. */
  plan,
  /** What was found for each. */
  configurations: z.array(fitOfConfiguration),
});
export type FitResult = z.infer<typeof fitFile>;
