import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CounterWriter } from '../model/counters.ts';
import { OffheapError } from '../model/errors.ts';
import { packageRoot } from '../process/paths.ts';
import { nativeFile } from './native-file.ts';
import { nativeCure } from './native-folder.ts';

/** Path of a preload library of ours, whether it is built or not. `OFFHEAP_PRELOAD_DIR` names another folder than those of the native part. */
export function preloadLibraryPath(name: CounterWriter): string {
  const file = `lib${name}.so`;
  const folder = process.env['OFFHEAP_PRELOAD_DIR'];
  if (folder !== undefined) return join(folder, file);
  return nativeFile(file) ?? join(packageRoot, 'build', 'Release', file);
}

/**
 * Absolute path of a library that counts, for LD_PRELOAD: `meter` goes ahead of any allocator, or stands alone in front of glibc; `mmapalloc` is
 * an allocator itself.
 *
 * @throws OffheapError NATIVE_MISSING when there is none for this machine.
 */
export function locatePreloadLibrary(writer: CounterWriter): string {
  const path = preloadLibraryPath(writer);
  if (existsSync(path)) return path;
  throw new OffheapError('NATIVE_MISSING', `Expected ${path}, found no such file. ${nativeCure}`);
}
