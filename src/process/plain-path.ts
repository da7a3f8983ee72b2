import { copyFileSync, mkdtempSync, readlinkSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OffheapError } from '../model/errors.ts';

/** What ends a path in LD_PRELOAD or begins a token there (ld.so(8)), and what ends one in a JVM's options or its class path, which cannot quote all of them. */
const special = /[\s:$='"\\]/g;
const ownFolder = 'offheap-path-';

/** Whether a path can stand as it is in LD_PRELOAD, in a JVM's options and in a class path. */
export function isPlain(path: string): boolean {
  return path.search(special) < 0;
}

/**
 * A name of a file that can stand in LD_PRELOAD, in a JVM's options and in a class path: its own or, where that cannot, a link in `folder`, which has to
 * stay for as long as a program may be started with it. A link rather than a copy: the process shows the file itself in its maps, and the folder may be
 * mounted noexec.
 *
 * @throws OffheapError WRITE_FAILED when the folder's own name is none of that kind
 */
export function plainPath(path: string, folder: string): string {
  return isPlain(path) ? path : inPlainFolder(path, folder, symlinkSync);
}

/** The same with a copy, for a library that looks for its own file in the maps and takes a space for the end of its path. */
export function plainCopy(path: string, folder: string): string {
  return isPlain(path) ? path : inPlainFolder(path, folder, copyFileSync);
}

function inPlainFolder(path: string, folder: string, put: (from: string, to: string) => void): string {
  if (!isPlain(folder)) {
    throw new OffheapError(
      'WRITE_FAILED',
      `Expected a folder for temporary files without space or colon in its name, found ${folder}: neither LD_PRELOAD nor a class path can quote. Name another one: TMPDIR=/var/tmp`,
    );
  }
  const name = join(mkdtempSync(join(folder, ownFolder)), basename(path).replace(special, '_'));
  put(resolve(path), name);
  return name;
}

/** The file that plainPath() was asked for, while its link is there. */
export function behindPlainPath(path: string): string {
  return basename(dirname(path)).startsWith(ownFolder) ? readlinkSync(path) : path;
}
