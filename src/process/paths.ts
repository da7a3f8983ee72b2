import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import { OffheapError } from '../model/errors.ts';
import { makeFolder } from './make-folder.ts';
import { isWritable } from './writable.ts';

/** The folder of package.json: two levels above both src/process and dist/process. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** This program is the single executable, which carries the package's files (scripts/standalone). */
export const isStandalone = isSea();

/** Sources lie beside: this is the project's own folder, and neither an installed package, whose files the next installation removes, nor the single executable. */
export const isCheckout = !isStandalone && existsSync(join(packageRoot, 'src'));

/** What a person does about a missing file that the build makes: an installed package has brought it. */
export function buildCure(script: string): string {
  if (isStandalone) return 'This file is not whole: copy or download it again';
  return isCheckout
    ? `Run: npm run ${script} (in ${packageRoot})`
    : 'The package is not complete; install it again: npm install offheap';
}

/**
 * Where built scan sets and raw results go: `OFFHEAP_CACHE_DIR`, else `build/` of a checkout that can be written, else the user's cache
 * folder. Created when it is missing.
 */
export function cacheFolder(): string {
  const folder =
    process.env['OFFHEAP_CACHE_DIR'] ?? (isCheckout && isWritable(packageRoot) ? join(packageRoot, 'build') : userCacheFolder());
  try {
    makeFolder(folder);
  } catch (error) {
    throw new OffheapError(
      'WRITE_FAILED',
      `Expected a folder for scan sets and raw results, could not create ${folder}: ${(error as Error).message}. Name one that is writable by OFFHEAP_CACHE_DIR.`,
    );
  }
  return folder;
}

function userCacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'offheap');
}
