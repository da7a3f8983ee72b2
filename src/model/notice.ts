import { z } from 'zod';
import { count, figure, milliseconds, share } from './figures.ts';

const rate = z.object({
  /** In bytes; of several cells their median. */
  bytesPerMinute: figure,
  /** In bytes: the lower bound of the 95 % interval; of several cells the lowest of theirs. */
  lowPerMinute: figure,
  /** In bytes: the upper bound; of several cells the highest of theirs. */
  highPerMinute: figure,
});
/** How fast something grows. */
export type GrowthRate = z.infer<typeof rate>;

const ofConfiguration = {
  /** The key of the configuration. */
  configuration: z.string(),
  /** In how many of its cells it was seen. */
  cells: count,
  /** In how many of them it could have been seen. */
  ofCells: count,
};

const killed = z.object({
  code: z.literal('killed'),
  ...ofConfiguration,
  /** The signal that ended the program, which offheap had not sent. Absent where the program went on, and the kernel killed what it had started. */
  signal: z.string().exactOptional(),
  /** How many processes of its cgroup the kernel has killed for want of memory. Absent where that is not counted. */
  oomKills: count.exactOptional(),
});

const leaking = z.object({
  code: z.literal('leaking'),
  ...ofConfiguration,
  /** For how long it was watched: the second half of the burst; of several cells the shortest. */
  overMs: milliseconds,
  /** RSS outside the Java heap. Absent where that did not grow all the time. */
  rss: rate.exactOptional(),
  /** Live bytes. Absent where they did not grow all the time, or were not counted. */
  live: rate.exactOptional(),
  /**
   * `live`: at least half of the growth is of live bytes, so the program keeps it. `free`: most of it is none of them, so the allocator keeps it. `unknown`: live bytes were not
   * counted.
   */
  keptBy: z.enum(['live', 'free', 'unknown']),
  /** Whether the JVM collected while it was watched; absent for what is no JVM. */
  collected: z.boolean().exactOptional(),
});

const loadErrors = z.object({
  code: z.literal('load-errors'),
  ...ofConfiguration,
  /** Of the requests of the load, in the cell with most. */
  errorShare: share,
});

const unevenLoad = z.object({
  code: z.literal('uneven-load'),
  ...ofConfiguration,
  /** A metric that is a rate, or `load time`. */
  figure: z.string(),
  /** Over the median of the reference's cells, in the cell that is farthest from it. */
  ratio: figure,
});

const throttled = z.object({
  code: z.literal('throttled'),
  ...ofConfiguration,
  /** Of the burst, in the cell with most: threads of the cgroup waited for their next period. Over 1 where several waited at once. */
  throttledShare: figure,
  /** Of the periods in which the cgroup ran, those in which it used up its quota. */
  periodsShare: share,
});

const unsettled = z.object({
  code: z.literal('unsettled'),
  ...ofConfiguration,
  /** What RSS moved by in the end of the settling time, in bytes; negative where it fell. Of several cells the median. */
  movedBytes: figure,
  /** How long that end is. */
  overMs: milliseconds,
  /** The settling time of the plan. */
  settleMs: milliseconds,
});

const uncollected = z.object({
  code: z.literal('uncollected'),
  ...ofConfiguration,
  /** Live bytes gained from baseline to `settled`; of several cells the median. */
  gainedBytes: figure,
});

const otherWork = z.object({
  code: z.literal('other-work'),
  ...ofConfiguration,
  /** Of the machine's processor time in the burst, what neither the program nor its load nor offheap used; in the cell with most. */
  othersShare: share,
  /** What the hypervisor gave to others, in the same cell. */
  stealShare: share,
  /** What was idle, in the same cell. */
  idleShare: share,
});

export const notice = z.discriminatedUnion('code', [
  killed,
  leaking,
  loadErrors,
  unevenLoad,
  throttled,
  unsettled,
  uncollected,
  otherWork,
]);
/** What matters more than which allocator is the smallest, or makes the figures less than they seem. */
export type Notice = z.infer<typeof notice>;
/** One kind of them. */
export type NoticeOf<Code extends Notice['code']> = Extract<Notice, { code: Code }>;
