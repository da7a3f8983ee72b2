import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getAsset, getRawAsset } from 'node:sea';
import { isStandalone, packageRoot } from './paths.ts';

/** A text of the package, by its path in it. Throws the system's error when it is missing. */
export function readPackageText(path: string): string {
  return isStandalone ? getAsset(path, 'utf8') : readFileSync(join(packageRoot, path), 'utf8');
}

/** What the single executable carries under a path; undefined when it carries no such file. */
export function carriedBytes(path: string): Uint8Array | undefined {
  if (!isStandalone) return undefined;
  try {
    return new Uint8Array(getRawAsset(path) as ArrayBuffer);
  } catch {
    // ERR_SINGLE_EXECUTABLE_APPLICATION_ASSET_NOT_FOUND
    return undefined;
  }
}
