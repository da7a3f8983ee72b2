import { z } from 'zod';
import { counterInfo, threadCounters } from './counter-snapshot.ts';
import { bytes, count, figure } from './figures.ts';

/** The kernel's log as a witness. */
export const kernelLog = z.object({
  /** `/dev/kmsg`, or a file. */
  path: z.string(),
  /** `whole`: from the boot, or the beginning of the file. `end`: what was before is no longer there, or was more than is read. `unread`: not at all. */
  state: z.enum(['whole', 'end', 'unread']),
  /** Why it is not whole, in a sentence with what cures it. */
  reason: z.string().exactOptional(),
  /** How many messages were read. */
  messages: count,
  /** How many kills it has. */
  kills: count,
  /** How often the kernel says that it has left out messages about kills, which come too often. */
  suppressed: count,
});
export type KernelLogWitness = z.infer<typeof kernelLog>;

/** What the group's own files say, as long as it is there. */
export const groupWitness = z.object({
  /** Below the mounted hierarchy. */
  path: z.string(),
  /** Of cgroups: 1 or 2. */
  version: z.literal([1, 2]),
  limitBytes: bytes.exactOptional(),
  usageBytes: bytes.exactOptional(),
  /** How often the usage has reached the limit. */
  limitHits: count.exactOptional(),
  /** Kills since the group was made. */
  oomKills: z.object({
    /** Of its own processes. */
    own: count.exactOptional(),
    /** Of those of the groups below it. */
    below: count.exactOptional(),
  }),
});
export type GroupWitness = z.infer<typeof groupWitness>;

const sizeClass = z.object({
  /** Least and largest size of a block. */
  fromBytes: bytes,
  toBytes: bytes.exactOptional(),
  /** Live blocks of the class. */
  blocks: count,
  /** The page counts blocks by size class: their bytes are between these. */
  leastBytes: bytes,
  mostBytes: bytes,
});
export type LiveSizeClass = z.infer<typeof sizeClass>;

/** A counter page that outlived the process. */
export const pageWitness = z.object({
  /** Whose page it is. */
  info: counterInfo,
  /** `pid`: the page has the pid of the kernel's log. `name`: the only page of a dead process of that name and time; in a container the pid is another. */
  matchedBy: z.enum(['pid', 'name']),
  /** Usable (libmeter.so) or requested (libmmapalloc.so); absent where it cannot be right. */
  liveBytes: figure.exactOptional(),
  peakLiveBytes: figure.exactOptional(),
  /** Blocks allocated and not freed. */
  liveBlocks: figure.exactOptional(),
  /** Of which sizes the bytes are. */
  measure: z.enum(['requested', 'usable']),
  /** Size classes that have most of the live bytes, largest first; at most 5. */
  sizes: z.array(sizeClass),
  /** Threads that have allocated most of what is live, largest first; at most 5. */
  threads: z.array(threadCounters),
  /** Why live figures are left out. */
  withdrawn: z.string().exactOptional(),
});
export type PageWitness = z.infer<typeof pageWitness>;

/** What an exporter saw of the process before (`offheap export --keep-looks`). */
export const looksWitness = z.object({
  /** The jar, main class or module of a JVM, the program of any other. */
  name: z.string(),
  /** As the exporter saw it. */
  pid: count,
  /** argv. */
  command: z.array(z.string()),
  /** `pid`: the looks are of the pid of the kernel's log. `group`: they are the last ones of a process of its group. */
  matchedBy: z.enum(['pid', 'group']),
  /** How many were kept. */
  looks: count,
  /** When the first one was taken. ISO 8601. */
  firstAt: z.string(),
  /** When the last one was taken. ISO 8601. */
  lastAt: z.string(),
  /** Of the JVM, where it was asked. */
  flags: z.array(z.string()).exactOptional(),
  /** What its heap could become. */
  maxHeapBytes: bytes.exactOptional(),
  /** What of its heap was resident at the last look. */
  javaHeapRssBytes: bytes.exactOptional(),
  /** RSS, and the parts that changed most between the first and the last look. */
  growth: z.array(
    z.object({
      /** What it is. */
      part: z.string(),
      firstBytes: bytes,
      lastBytes: bytes,
      /** Of the change, at the same rate. In bytes; absent of a single look. */
      bytesPerHour: figure.exactOptional(),
    }),
  ),
});
export type LooksWitness = z.infer<typeof looksWitness>;

/** What could not be looked at. */
export const unreadWitness = z.object({
  /** Which one. */
  witness: z.string(),
  /** A sentence. */
  reason: z.string(),
});
