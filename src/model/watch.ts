import type { ThreadCounters } from './counters.ts';
import type { Evidence } from './doctor.ts';
import type { OwnersResult } from './owners.ts';

/** What is known of a watched process at one moment. Bytes and milliseconds; absent is not known. */
export interface Glance {
  pid: number;
  /** argv. */
  command: readonly string[];
  /** VmRSS and HugetlbPages at the last tick; the last value once it has ended. */
  rssBytes: number;
  /** From a counter page, when the process runs behind one of our libraries. */
  liveBytes?: number;
  /** Why the counter page's live bytes are not told: they cannot be right. */
  liveWithheld?: string;
  /** RSS, at each tick. */
  rss: Course;
  /** Live bytes of the counter page, at each tick. */
  live?: Course;
  /** Resident blocks of malloc in use, at each look: what is known without a counter page. */
  inUse?: Course;
  /** Those that hold most, from the counter page. */
  threads: readonly ThreadCounters[];
  look?: LastLook;
  /** Who owns its blocks of malloc, while that is shown. */
  owners?: OwnersGlance;
  /** Why the last look failed. */
  problem?: string;
  /** Set when it has ended. */
  ended?: string;
}

/** A figure at a moment of the monotonic clock. */
export interface Sample {
  atMs: number;
  bytes: number;
}

/** How a figure went. */
export interface Course {
  /** The last ones, oldest first. */
  samples: readonly Sample[];
  /** Over the last minute, by least squares; absent where the samples are too few to tell. */
  slopeBytesPerMinute?: number;
}

/** The last whole look at a process, which takes longer than a tick. */
export interface LastLook extends Judgement {
  evidence: Evidence;
  /** Resident bytes of glibc's heaps that are free, and those of them that malloc_trim gives back. */
  freeBytes?: number;
  trimmableBytes?: number;
  /** What of malloc's RSS was read, 0 to 1. */
  mallocReadShare?: number;
  /** How long ago, and how long it took. */
  ageMs: number;
  durationMs: number;
}

/** What the doctor says of the evidence. */
export interface Judgement {
  verdict: string;
  /** Whether the verdict is about a problem. */
  isProblem: boolean;
}

/** Looks at owners take as long as the process is large, and are apart from the others. */
export interface OwnersGlance {
  /** The last one. */
  look?: OwnersLook & { ageMs: number; durationMs: number };
  /** The first one since owners are shown, where it is another one than the last, and how long before that it was. */
  first?: OwnersLook & { beforeMs: number };
  /** How long the one under way has taken. */
  lookingMs?: number;
  /** Why the last one failed. */
  problem?: string;
}

export type OwnersLook = Pick<OwnersResult, 'owners' | 'liveBlocks' | 'liveBytes' | 'unsized' | 'whyNoHeap'>;

export interface WatchView {
  glances: readonly Glance[];
  /** Which of them is shown whole. */
  focus: number;
  intervalMs: number;
  /** The last thing that was done or went wrong. */
  message: string;
  /** What waits for the key to be pressed once more. */
  armed: 'trim' | 'gc' | undefined;
  /** Whether owners stand in the place of parts, heaps and threads. */
  showsOwners: boolean;
  /** Whether the keys are listed in the place of the processes. */
  showsKeys: boolean;
}
