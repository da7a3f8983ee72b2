import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { OffheapError } from '../../model/errors.ts';
import type { LibraryList, LibraryName } from '../../model/library-list.ts';
import { nativeCure } from '../../native/native-folder.ts';
import { isLasting } from '../../native/package-file.ts';
import { whyNotExecutable } from '../../process/noexec.ts';
import { writeWhole } from '../../process/whole-file.ts';
import { type Column, left, toTable } from '../../reporters/columns.ts';
import { drawTable } from '../../reporters/terminal-table.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { toJson } from './json.ts';
import { terminalOptions } from './terminal.ts';

type Library = LibraryList[number];

const uses: Record<LibraryName, string> = {
  meter: 'LD_PRELOAD, ahead of any allocator: counts',
  mmapalloc: 'LD_PRELOAD: an allocator on mmap, with counters',
  'allocator-agent': 'a running JVM loads it: doctor --ask-allocator, trim',
};

const columns: Column<Library>[] = [
  left('library', ({ path }) => basename(path)),
  left('for programs on', ({ libc }) => libc),
  left('use', ({ name }) => uses[name], 1),
  left('path', ({ path }) => path),
];

export function renderLibraries(libraries: LibraryList, options: PrintOptions<'table' | 'json'>): string {
  if (options.format === 'json') return toJson(libraries);
  const meter = libraries.find(({ name }) => name === 'meter');
  const line = meter ? `\nCount what a program allocates: LD_PRELOAD=${meter.path} java -jar app.jar\n` : '\n';
  return `${drawTable(toTable(columns, libraries), terminalOptions(options))}${line}`;
}

/** @throws OffheapError NATIVE_MISSING where there is none; WRITE_FAILED where a path would end with this process */
export function requireLasting(libraries: LibraryList): void {
  if (libraries.length === 0) refuseNone();
  for (const { path, name } of libraries) requireLastingPath(path, `lib${name}.so`);
}

/** Returns it. @throws OffheapError WRITE_FAILED where it would end with this process */
export function requireLastingPath(path: string, file: string): string {
  if (isLasting(path)) return path;
  throw new OffheapError(
    'WRITE_FAILED',
    `Expected a cache folder for ${file} that may be written and run from, found none. Name one by OFFHEAP_CACHE_DIR, or copy it: offheap libs --copy-to=FOLDER`,
  );
}

function refuseNone(): never {
  const file = 'libmeter.so';
  throw new OffheapError('NATIVE_MISSING', `Expected ${file}, found no such file. ${nativeCure}`);
}

/**
 * Each is replaced as a whole: a program that has loaded an old one goes on with that.
 *
 * @throws OffheapError WRITE_FAILED, and for a folder that is mounted noexec, from where nothing can be loaded
 */
export async function copyLibraries(libraries: LibraryList, folder: string): Promise<LibraryList> {
  if (libraries.length === 0) refuseNone();
  const copies: LibraryList = [];
  for (const { name, libc, path } of libraries) {
    const copy = join(resolve(folder), libc, `lib${name}.so`);
    await writeWhole(copy, await readFile(path));
    const obstacle = whyNotExecutable(copy);
    if (obstacle !== undefined) throw new OffheapError('WRITE_FAILED', obstacle);
    copies.push({ name, libc, path: copy });
  }
  return copies;
}
