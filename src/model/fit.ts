import type { Host, Scenario } from './result.ts';

/** The result file of `offheap fit`. Bytes and milliseconds; a figure that was not measured is absent. */
export const fitSchemaVersion = 1;

/**
 * `oom-killed`: the kernel killed a process of it at the limit. `failed`: it ended otherwise, such as by an OutOfMemoryError of a heap that follows the limit.
 * `timeout`: it took too long, as programs do whose pages are taken away as fast as they are read.
 */
export type AttemptOutcome = 'survived' | 'oom-killed' | 'failed' | 'timeout';

/** One run of the program in a memory cgroup of its own. */
export interface Attempt {
  /** Absent: it ran without a limit. */
  limitBytes?: number;
  outcome: AttemptOutcome;
  /** How it ended, when it did not survive. */
  reason?: string;
  /** Processes of it that the kernel has killed. */
  oomKills?: number;
  /** The most that its cgroup has used, page cache included: what the limit bounds. */
  peakBytes?: number;
  /** The largest RSS that was sampled. */
  peakRssBytes?: number;
  wallMs: number;
}

export interface FitOfConfiguration {
  configuration: string;
  /** `failed`: it does not survive without a limit either. `unfit`: no limit that can be set here is survived. */
  state: 'found' | 'failed' | 'unfit' | 'skipped';
  reason?: string;
  /** The smallest limit at which every attempt survived. */
  limitBytes?: number;
  /** The largest limit at which some attempt did not; absent when the smallest that can be set was survived. */
  tooSmallBytes?: number;
  /** In the order they were made; the first ones without a limit. */
  attempts: Attempt[];
}

export interface FitResult {
  schemaVersion: typeof fitSchemaVersion;
  kind: 'fit';
  tool: { name: 'offheap'; version: string };
  startedAt: string;
  /** False while limits are still to be tried, or when it was interrupted. */
  complete: boolean;
  host: Host;
  /** By what the limits were set. */
  limits: { kind: 'cgroup'; version: 1 | 2; folder: string };
  plan: {
    scenario: Scenario;
    configurations: string[];
    reference: string;
    /** Attempts at each limit, all of which must survive. */
    repeats: number;
    resolutionBytes: number;
    /** An attempt that takes longer than this times the run without a limit counts as a time-out. */
    maxSlowdown: number;
    timeoutMs: number;
  };
  configurations: FitOfConfiguration[];
}
