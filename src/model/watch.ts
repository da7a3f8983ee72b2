import type { ThreadCounters } from './counters.ts';
import type { Evidence } from './doctor.ts';

/** What is known of a watched process at one moment. Bytes and milliseconds; absent is not known. */
export interface Glance {
  pid: number;
  /** argv. */
  command: readonly string[];
  /** VmRSS at the last tick; the last value once it has ended. */
  rssBytes: number;
  /** From a counter page, when the process runs behind one of our libraries. */
  liveBytes?: number;
  /** Why the counter page's live bytes are not told: they cannot be right. */
  liveWithheld?: string;
  /** RSS at the last ticks, oldest first. */
  rssHistory: readonly number[];
  /** Those that hold most, from the counter page. */
  threads: readonly ThreadCounters[];
  look?: LastLook;
  /** Why the last look failed. */
  problem?: string;
  /** Set when it has ended. */
  ended?: string;
}

/** The last whole look at a process, which takes longer than a tick. */
export interface LastLook {
  evidence: Evidence;
  /** Resident bytes of glibc's heaps that are free, and those of them that malloc_trim gives back. */
  freeBytes?: number;
  trimmableBytes?: number;
  /** How long ago, and how long it took. */
  ageMs: number;
  durationMs: number;
}

export interface WatchView {
  glances: readonly Glance[];
  /** Which of them is shown whole. */
  focus: number;
  intervalMs: number;
  /** The last thing that was done or went wrong. */
  message: string;
  /** What waits for the key to be pressed once more. */
  armed: 'trim' | 'gc' | undefined;
}
