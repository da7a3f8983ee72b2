import { z } from 'zod';
import { containerAccount } from './container.ts';
import { fix } from './doctor.ts';
import { bytes, count, figure } from './figures.ts';
import { groupWitness, kernelLog, looksWitness, pageWitness, unreadWitness } from './oom-witnesses.ts';
import { tool } from './tool.ts';

export type { GroupWitness, KernelLogWitness, LiveSizeClass, LooksWitness, PageWitness } from './oom-witnesses.ts';

/** Why the kernel killed: at the limit of a memory cgroup, because the whole machine had too little (`none`), or the memory nodes that a cpuset or a policy allows. */
export const oomConstraints = ['memcg', 'none', 'cpuset', 'memory policy'] as const;
export type OomConstraint = (typeof oomConstraints)[number];

const named = z.object({
  /** As the kernel prints it: in the host's pid namespace. */
  pid: count,
  /** As the kernel has it: 15 bytes at most. */
  name: z.string(),
});

/** A process as a report tells it. Sizes are resident: a page of several processes is in each of them. */
const oomProcess = named.extend({
  rssBytes: bytes.exactOptional(),
  anonBytes: bytes.exactOptional(),
  fileBytes: bytes.exactOptional(),
  /** Shared memory and files on a tmpfs that it has mapped. */
  shmemBytes: bytes.exactOptional(),
  pageTableBytes: bytes.exactOptional(),
  swapBytes: bytes.exactOptional(),
  /** From −1000 to 1000: the higher, the earlier it is chosen. */
  oomScoreAdj: figure.exactOptional(),
});
export type OomProcess = z.infer<typeof oomProcess>;

const processesByName = z.object({
  /** As the kernel has it. */
  name: z.string(),
  /** How many have it. */
  processes: count,
  rssBytes: bytes,
});

/** A kill in short. */
const oomKill = z.object({
  /** ISO 8601; absent where the log does not tell the date. */
  at: z.string().exactOptional(),
  /** By the kernel's clock, which counts from the boot and stands still while the machine sleeps. */
  sinceBootMs: z.number().exactOptional(),
  /** Absent where the log does not tell it. */
  constraint: z.enum(oomConstraints).exactOptional(),
  /** Who was killed; absent where the log was cut before it. */
  victim: oomProcess.exactOptional(),
  /** The victim's group, below the hierarchy. */
  path: z.string().exactOptional(),
  /** The group whose limit it was: the victim's own, or one above it. */
  limitPath: z.string().exactOptional(),
});
export type OomKill = z.infer<typeof oomKill>;

/** A kill with all that the kernel's log has of it. */
const explainedKill = oomKill.extend({
  /** Version of the kernel. */
  kernel: z.string().exactOptional(),
  /** The thread whose allocation was the last before the kill. */
  asker: z
    .object({
      /** The thread's id, in the host's pid namespace. */
      pid: count.exactOptional(),
      /** 15 bytes at most; a JVM's thread has its Java name, cut. */
      name: z.string(),
    })
    .exactOptional(),
  /** Whom the kernel had chosen, where it killed a child of it (up to Linux 5.0). */
  chosen: named.exactOptional(),
  /** With memory.oom.group: the other processes of the group that were killed. */
  alsoKilled: z.array(named),
  /** The group of which all processes were killed. */
  oomGroupPath: z.string().exactOptional(),
  /** The memory nodes that were full, as the kernel lists them. */
  memoryNodes: z.string().exactOptional(),
  limitBytes: bytes.exactOptional(),
  usageBytes: bytes.exactOptional(),
  /** How often the usage had reached the limit. */
  limitHits: count.exactOptional(),
  /** What of the group was in swap, and may go there. */
  swap: z.object({ usedBytes: bytes.exactOptional(), limitBytes: bytes.exactOptional() }).exactOptional(),
  /** What the usage was made of. `this process` is the victim; processes are told by RSS. */
  account: containerAccount.exactOptional(),
  /** The processes that the report lists, by name, largest first; at most 10. */
  processes: z.array(processesByName),
  /** The largest process of the report by RSS, and swap. */
  largest: oomProcess.exactOptional(),
  /** Where the whole machine had too little. */
  host: z
    .object({ ramBytes: bytes.exactOptional(), swapBytes: bytes.exactOptional(), freeSwapBytes: bytes.exactOptional() })
    .exactOptional(),
  /** What of the kernel's report is missing in the log. */
  missing: z.array(z.string()),
});
export type ExplainedKill = z.infer<typeof explainedKill>;

/** `offheap doctor --after-oom --format=json`. */
export const oomResult = z.object({
  kind: z.literal('after-oom'),
  schemaVersion: z.literal(1),
  /** What wrote it. */
  tool,
  /** ISO 8601. */
  takenAt: z.string(),
  /** What was asked about; none of these: the latest kill. */
  target: z.object({
    /** In the host's pid namespace. */
    pid: count.exactOptional(),
    /** A group, or one above it; below the hierarchy. */
    cgroup: z.string().exactOptional(),
    /** An id, or its beginning. */
    container: z.string().exactOptional(),
  }),
  /** `killed`: a kill was found. `no-kill`: the log was read from its beginning, and has none. `unknown`: no witness could tell. */
  outcome: z.enum(['killed', 'no-kill', 'unknown']),
  /** The answer, in one to four short sentences. */
  verdict: z.string(),
  /** What else is known of it, a sentence each. */
  notes: z.array(z.string()),
  /** The kernel's log. */
  log: kernelLog,
  /** The kill that is explained; the latest of those that were asked for. */
  kill: explainedKill.exactOptional(),
  /** The other kills of the log, latest first; at most 20. */
  others: z.array(oomKill),
  /** The group, where it is still there. */
  group: groupWitness.exactOptional(),
  /** What the process has counted of its malloc. */
  page: pageWitness.exactOptional(),
  /** What an exporter saw of it before. */
  looks: looksWitness.exactOptional(),
  /** Witnesses that are there, and could not be read. */
  unread: z.array(unreadWitness),
  /** What to do, the best first. */
  fixes: z.array(fix),
});
/** What `explainOom` returns: a kill by the kernel for want of memory, by all witnesses. */
export type OomResult = z.infer<typeof oomResult>;
