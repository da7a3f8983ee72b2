import { z } from 'zod';
import { bytes, count, figure } from './figures.ts';

/** What the JIT compiler is at. */
export const compiles = z.array(
  z.object({
    /** Such as `C2 CompilerThread0`. */
    thread: z.string(),
    /** `Class::method`. */
    method: z.string(),
    /** Size of its bytecode; absent for a stub of a native method, which has none. */
    bytecodeBytes: bytes.exactOptional(),
  }),
);
/** What one thread of the JIT compiler is at. */
export type Compile = z.infer<typeof compiles>[number];

/** The code cache. */
export const codeCache = z.object({
  /** Its bound: -XX:ReservedCodeCacheSize. */
  sizeBytes: bytes,
  usedBytes: bytes,
  /** Of methods that were compiled with counters, to be compiled once more; absent where the cache is not divided. */
  profiledBytes: bytes.exactOptional(),
  /** How often a part of it was full: the JIT compiler was switched off then, or threw out what had been called little. */
  timesFull: count.exactOptional(),
  /** Of what was compiled, tables and data beside each byte of machine code; by jvmstat, since the JVM began. */
  tablesPerCodeByte: figure.exactOptional(),
});
/** The code cache. */
export type CodeCache = z.infer<typeof codeCache>;
