import type { CellState } from './result.ts';

export type Unit = 'bytes' | 'bytesPerMinute' | 'milliseconds' | 'count' | 'share';

/** What is to be kept to, such as `--max-retained=64MB`. */
export interface Bound {
  /** Name of a quantity (quantities.ts), or of a metric that the program or its load prints. */
  quantity: string;
  isMetric: boolean;
  kind: 'max' | 'min';
  limit: number;
  unit: Unit;
}

export interface BoundVerdict {
  bound: Bound;
  /** Undefined when it was not measured. */
  measured: number | undefined;
  /** `unknown`: not measured, so nobody can say that it is kept. */
  state: 'kept' | 'broken' | 'unknown';
  /** Why a figure that was counted is not given as measured. */
  reason?: string;
}

/** What guard found, as JSON. Units as in the result file; rates are bytes per minute. */
export interface GuardReport {
  schemaVersion: 1;
  configuration: string;
  command: readonly string[];
  state: CellState;
  /** Why the cell is not ok. */
  reason?: string;
  verdicts: BoundVerdict[];
}
