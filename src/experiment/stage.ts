import type { LoadEnd, Metric } from '../model/result.ts';
import type { ProcessRunner, RunningProcess } from '../process/runner.ts';
import type { CellSession } from './cell-session.ts';
import type { Phase } from './phase.ts';
import type { ProgramOutput } from './program-output.ts';

/** What a script has to work with while the program of a cell runs. */
export interface Stage {
  runner: ProcessRunner;
  child: RunningProcess;
  session: Pick<CellSession, 'notes' | 'collect' | 'burstMs'>;
  output: ProgramOutput;
  /** Aborted when the program has ended or is being ended: nothing is to be waited for any more. */
  over: AbortSignal;
  /** Measures a phase and tells the user of it. */
  reach: (phase: Phase) => Promise<void>;
  /** What the cell has to show beside its phases. */
  record: CellRecord;
}

export interface CellRecord {
  load?: LoadEnd;
  metrics: Record<string, Metric>;
  /** What the script waits for now, for the reason of a time-out. */
  waitingFor?: string;
  /** Whether the script has asked the program to end: how it ends is no part of what was measured. */
  stopped: boolean;
}

/** Decides how the phases of a cell come about. Rejects with an AbortError when the program is over, with another error when the cell has failed. */
export type CellScript = (stage: Stage) => Promise<void>;
