export { type CompareOptions, compare } from './api/compare.ts';
export { type CoreOwnersOptions, coreOwners } from './api/core-owners.ts';
export { type CounterSource, type LibraryOptions, libraryPath, locatePreloadLibrary, openCounters } from './api/counters.ts';
export { type DiagnoseFileOptions, diagnoseFile } from './api/diagnose-file.ts';
export { type DoctorOptions, type DoctorStep, doctor } from './api/doctor.ts';
export { type ExplainOomOptions, explainOom } from './api/explain-oom.ts';
export { type GuardBound, type GuardOptions, type GuardOutcome, guard } from './api/guard.ts';
export { inspectHeap } from './api/heap.ts';
export { listLibraries } from './api/libraries.ts';
export { type OwnersOptions, owners } from './api/owners.ts';
export { type TrimOptions, trim } from './api/trim.ts';
export type { ExpectedTrim } from './doctor/apply.ts';
export type { CellProgress } from './experiment/round-progress.ts';
export { type JvmSummary, listJvms } from './jvm/list-jvms.ts';
export type { CoreSource } from './model/core-origin.ts';
export type { CounterField, CounterInfo, CounterSnapshot, CounterWriter, EntryPoint, ThreadCounters } from './model/counters.ts';
export type { DeadFinding, DeadMemory, DeadPart, DeadResult, DeathCode } from './model/dead.ts';
export type {
  AllocationStacks,
  AppliedFix,
  DoctorResult,
  Evidence,
  Finding,
  FindingCode,
  Fix,
  PeekedMapping,
  Region,
} from './model/doctor.ts';
export { type ErrorCode, OffheapError } from './model/errors.ts';
export type { Bound, BoundVerdict, GuardReport, Regression } from './model/guard.ts';
export type { ArenaInspection, HeapFigures, HeapInspection, ResidentFree, ZlibCensus } from './model/inspection.ts';
export type { Libc } from './model/libc.ts';
export type { LibraryList, LibraryName } from './model/library-list.ts';
export type { OomResult } from './model/oom.ts';
export type { OwnerChange, OwnersBaseline } from './model/owner-growth.ts';
export type {
  Holder,
  HolderKind,
  Owner,
  OwnerCategory,
  OwnerField,
  OwnerKind,
  OwnersResult,
  OwnerType,
  UnownedSize,
} from './model/owners.ts';
export type {
  Cell,
  CellState,
  ConfigurationSummary,
  Host,
  PhaseName,
  PhaseSample,
  Provenance,
  ResultFile,
  Scenario,
  Timeline,
} from './model/result.ts';
export { resultFile } from './model/result.ts';
export type { TrimmedProcess } from './model/trim.ts';
export { type CounterReader, describeCounters } from './native/counters.ts';
export type { InspectOptions } from './native/inspector.ts';
