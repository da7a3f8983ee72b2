/** What native/inspect/core_look.h has, in its order. */
export interface NativeCore {
  /** By which it is known until it is closed. */
  number: number;
  bytes: number;
  missingBytes: number;
  isCut: boolean;
  isByKernel: boolean;
  hasPageHoles: boolean;
  isCounted: boolean;
  pid: number;
  signal: number;
  command: string;
  program?: string;
  stackAt: number;
  vdsoAt: number;
  /** Pairs of a thread's id and its stack pointer. */
  threads: Float64Array;
  threadsLeft: number;
  /** Eight numbers each: start, end, dumped, dumpedAt, filled, pathOffset, flags (−1: not known), path (−1: none). */
  mappings: Float64Array;
  paths: string[];
}
