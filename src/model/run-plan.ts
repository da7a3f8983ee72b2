import type { Scenario, Settings } from './result.ts';

/** A configuration of a run that has not begun. */
export interface PlannedConfiguration {
  key: string;
  settings: Settings;
  /** Of a program of its own: one of those that are compared with each other. */
  command?: string[];
  /** The file that would serve malloc; undefined where it would be skipped. */
  library?: string;
  version?: string;
  /** Why it would be skipped, with the cure. */
  skipped?: string;
}

/** What a run would do. */
export interface RunPlan {
  scenario: Scenario;
  configurations: PlannedConfiguration[];
  rounds: number;
  /** Whether there may be fewer: the cells decide it. */
  isAtMost: boolean;
  /** Of a cell. */
  timeoutMs: number;
  /** What cells of the same scenario have taken in an earlier run, and the file that has them. */
  known?: { file: string; cellMs: number[] };
}

/** How long it takes, as far as that can be known before. */
export interface RunTime {
  /** Of a round. */
  cells: number;
  /** Of a round: what offheap itself waits for. */
  leastMs: number;
  /** Of a round: each cell is ended at its time-out. */
  mostMs: number;
  /** Of a round, if its cells take as long as those of the earlier run. */
  likelyMs?: number;
}
