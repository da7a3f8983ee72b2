export { type ErrorCode, OffheapError } from './model/errors.ts';
export type { Cell, CellState, Host, PhaseSample, Provenance, ResultFile, Scenario, Timeline } from './model/result.ts';
export { resultFile } from './model/result.ts';
export { type CounterReader, type CounterSnapshot, openCounters, type ThreadCounters } from './native/counters.ts';
