import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { OffheapError } from '../model/errors.ts';
import { makeFolder } from '../process/make-folder.ts';
import { whyNotExecutable } from '../process/noexec.ts';
import { carriedBytes } from '../process/package-text.ts';
import { cacheFolder, isStandalone, packageRoot } from '../process/paths.ts';
import { loadBinding } from './binding.ts';

/** Those of the single executable that were asked for, by their path in the package. */
const placed = new Map<string, string>();
const othersMayWrite = 0o022;

/**
 * The path of a file of the package that another program is to open, such as a JVM that loads it. The single executable puts what it carries into the cache folder, else
 * into memory: then the path is one of /proc, which leads there for as long as this process runs. Undefined when the single executable carries no such file.
 */
export function packageFile(path: string): string | undefined {
  if (!isStandalone) return join(packageRoot, path);
  const known = placed.get(path);
  if (known !== undefined) return known;
  const content = carriedBytes(path);
  if (content === undefined) return undefined;
  const place = inCache(path, content) ?? inMemory(path, content);
  placed.set(path, place);
  return place;
}

/** False of a path in memory, which ends with this process. */
export function isLasting(path: string): boolean {
  return !path.startsWith(`/proc/${process.pid}/fd/`);
}

/** How a process that has mapped the file names it in its maps. */
export function mappedPath(path: string): string {
  return isLasting(path) ? realpathSync(path) : readlinkSync(path).replace(/ \(deleted\)$/, '');
}

/** Undefined where it cannot lie there, or not be run from there, or where others could replace it. */
function inCache(path: string, content: Uint8Array): string | undefined {
  const file = basename(path);
  try {
    const digest = createHash('sha256').update(content).digest('hex');
    const folder = join(cacheFolder(), 'carried', digest.slice(0, 16));
    makeFolder(folder, 0o755);
    if (!isOwn(folder)) return undefined;
    const place = join(folder, file);
    if (!isWhole(place, content)) write(place, content);
    return whyNotExecutable(place) === undefined ? place : undefined;
  } catch {
    // No home folder, a read-only file system, a full one: memory serves as well.
    return undefined;
  }
}

function isOwn(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  return uid === process.geteuid?.() && (mode & othersMayWrite) === 0;
}

function isWhole(place: string, content: Uint8Array): boolean {
  const found = lstatSync(place, { throwIfNoEntry: false });
  return found?.isFile() === true && isOwn(place) && found.size === content.length && readFileSync(place).equals(content);
}

function write(place: string, content: Uint8Array): void {
  const partial = `${place}.${process.pid}`;
  try {
    writeFileSync(partial, content, { mode: 0o755, flag: 'wx' });
    renameSync(partial, place);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function inMemory(path: string, content: Uint8Array): string {
  const file = basename(path);
  // In the maps of who loads it `/memfd:offheap/FILE`: it is known by the name of the file, as elsewhere.
  const descriptor = loadBinding().createMemoryFile(`offheap/${file}`, content);
  if (descriptor < 0) {
    throw new OffheapError(
      'WRITE_FAILED',
      `Expected a place for ${file}, found none: the cache folder cannot be used, nor memory (memfd_create: ${getSystemErrorName(descriptor)}). Name a folder that is writable and not mounted noexec by OFFHEAP_CACHE_DIR.`,
    );
  }
  return `/proc/${process.pid}/fd/${descriptor}`;
}
