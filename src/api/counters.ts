import { z } from 'zod';
import { type CounterWriter, counterWriters } from '../model/counters.ts';
import { type Libc, libcs } from '../model/libc.ts';
import { type CounterReader, openCounters as open } from '../native/counters.ts';
import { locatePreloadLibrary as locate } from '../native/preload-paths.ts';
import { checkArgument, pidArgument } from './arguments.ts';

const writer = z.enum(counterWriters);
const libc = z.enum(libcs);
const byPath = z.strictObject({ path: z.string() });
const byPid = z.strictObject({ pid: pidArgument, writer: writer.exactOptional() });

/** Whose counters are opened. */
export type CounterSource =
  | {
      /** A running process. */
      pid: number;
      /** Of a process with both libraries, which page. Default: the meter's. */
      writer?: CounterWriter;
    }
  | {
      /** A file that a process has left in its OFFHEAP_COUNTERS_DIR. */
      path: string;
    };

/**
 * Opens the counters of a process that runs on libmmapalloc.so or behind libmeter.so, by its pid, or those that a process left in OFFHEAP_COUNTERS_DIR, by their
 * path: then it may long be dead. The reader is to be closed.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError NO_SUCH_PROCESS, NO_PERMISSION, or COUNTERS_… when there is no page, or none that can be believed
 */
export function openCounters(source: CounterSource): CounterReader {
  const isPath = typeof source === 'object' && source !== null && 'path' in source;
  return open(checkArgument('source', source, isPath ? byPath : byPid));
}

/** For which programs a library is. */
export interface LibraryOptions {
  /** The libc that they run on, such as musl on Alpine. Default: that of this machine's programs. */
  libc?: Libc;
}

/**
 * Absolute path of a library that counts, for LD_PRELOAD: `meter` goes ahead of any allocator, or stands alone in front of libc's; `mmapalloc` is
 * an allocator itself.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError NATIVE_MISSING when there is none for this machine and that libc
 */
export function libraryPath(name: CounterWriter, options: LibraryOptions = {}): string {
  const checked = checkArgument('name', name, writer);
  return locate(checked, checkArgument('options', options, z.strictObject({ libc: libc.exactOptional() })).libc);
}

/** @deprecated The old name of `libraryPath`. */
export const locatePreloadLibrary = libraryPath;
