import type { LoadEnd, Metric } from '../model/result.ts';
import type { ProcessRunner, RunningProcess } from '../process/runner.ts';
import type { Phase } from './phase.ts';
import type { ProgramOutput } from './program-output.ts';

/** Takes a program through its phases. Rejects with an AbortError when the program is over, with another error when the cell has failed. */
export type CellScript = (context: ScriptContext) => Promise<void>;

/** What a script has to work with while the program of a cell runs. */
export interface ScriptContext {
  runner: ProcessRunner;
  child: RunningProcess;
  output: ProgramOutput;
  /** Aborted when the program has ended or is being ended: nothing is to be waited for any more. */
  over: AbortSignal;
  /** Measures a phase and tells the user of it. */
  reach: (phase: Phase) => Promise<void>;
  /** Waits until RSS is steady, or for so long; rejects with an AbortError by `over`. */
  untilSteady: (longestMs: number) => Promise<void>;
  /** Has the JVM collect; false when it cannot, and a note says why not. */
  collect: () => Promise<boolean>;
  /** What was noticed beside the figures. */
  notes: string[];
  /** What the cell has to show of the script, beside its phases. */
  report: ScriptReport;
}

export interface ScriptReport {
  load?: LoadEnd;
  /** While the load runs. */
  loadPid?: number;
  /** What the load wrote last. */
  loadSaid?: string[];
  metrics: Record<string, Metric>;
  /** What the script waits for now, for the reason of a time-out. */
  waitingFor?: string;
  /** Whether the script has asked the program to end: how it ends is no part of what was measured. */
  stopped: boolean;
}
