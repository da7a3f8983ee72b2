import { join } from 'node:path';
import { packageRoot } from '../process/paths.ts';

/** Path of a preload library of ours, whether it is built or not. `OFFHEAP_PRELOAD_DIR` names another folder than build/Release. */
export function preloadLibraryPath(name: 'mmapalloc' | 'meter'): string {
  return join(process.env['OFFHEAP_PRELOAD_DIR'] ?? join(packageRoot, 'build', 'Release'), `lib${name}.so`);
}
