import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CounterWriter } from '../model/counters.ts';
import { OffheapError } from '../model/errors.ts';
import type { Libc } from '../model/libc.ts';
import { programLibc } from '../process/libc.ts';
import { nativeFile } from './native-file.ts';
import { nativeCureFor, nativeFolders } from './native-folder.ts';

/**
 * Path of a preload library of ours, whether it is built or not, for a program on that libc: by default the one of this machine's programs. `OFFHEAP_PRELOAD_DIR` names
 * another folder than those of the native part.
 */
export function preloadLibraryPath(name: CounterWriter, libc: Libc = programLibc()): string {
  const file = `lib${name}.so`;
  const folder = process.env['OFFHEAP_PRELOAD_DIR'];
  if (folder !== undefined) return join(folder, file);
  return nativeFile(file, libc) ?? missingPath(file, libc);
}

/** Path of the agent that a JVM on that libc loads, whether it is built or not. It needs no library and no version of a symbol, so that the one for another libc will do. */
export function agentPath(libc: Libc = programLibc()): string {
  return nativeFile(agentFile, libc) ?? nativeFile(agentFile, programLibc()) ?? missingPath(agentFile, programLibc());
}

export const agentFile = 'liballocator-agent.so';

/** Where it would be. */
function missingPath(file: string, libc: Libc): string {
  return join(nativeFolders(libc)[0] ?? '', file);
}

/**
 * Absolute path of a library that counts, for LD_PRELOAD: `meter` goes ahead of any allocator, or stands alone in front of libc's; `mmapalloc` is
 * an allocator itself.
 *
 * @throws OffheapError NATIVE_MISSING when there is none for this machine and that libc.
 */
export function locatePreloadLibrary(writer: CounterWriter, libc: Libc = programLibc()): string {
  return existing(preloadLibraryPath(writer, libc), libc);
}

/** @throws OffheapError NATIVE_MISSING when there is none for this machine and that libc. */
export function locateAgent(libc: Libc = programLibc()): string {
  return existing(agentPath(libc), libc);
}

function existing(path: string, libc: Libc): string {
  if (existsSync(path)) return path;
  throw new OffheapError('NATIVE_MISSING', `Expected ${path}, found no such file. ${nativeCureFor(libc)}`);
}
