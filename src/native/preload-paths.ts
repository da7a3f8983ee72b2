import { join } from 'node:path';
import { packageRoot } from '../process/paths.ts';
import { nativeFolderOf } from './native-folder.ts';

/** Path of a preload library of ours, whether it is built or not. `OFFHEAP_PRELOAD_DIR` names another folder than those of the native part. */
export function preloadLibraryPath(name: 'mmapalloc' | 'meter'): string {
  const file = `lib${name}.so`;
  return join(process.env['OFFHEAP_PRELOAD_DIR'] ?? nativeFolderOf(file) ?? join(packageRoot, 'build', 'Release'), file);
}
