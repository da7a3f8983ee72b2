export type { CounterField, CounterInfo, CounterSnapshot, CounterWriter, EntryPoint, ThreadCounters } from './model/counters.ts';
export { type ErrorCode, OffheapError } from './model/errors.ts';
export type { ArenaInspection, HeapFigures, HeapInspection, ResidentFree, ZlibCensus } from './model/inspection.ts';
export type { Cell, CellState, Host, PhaseSample, Provenance, ResultFile, Scenario, Timeline } from './model/result.ts';
export { resultFile } from './model/result.ts';
export { type CounterReader, describeCounters, openCounters } from './native/counters.ts';
export { type InspectOptions, inspectHeap } from './native/inspector.ts';
export { locatePreloadLibrary } from './native/preload-paths.ts';
