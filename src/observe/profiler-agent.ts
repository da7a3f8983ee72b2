import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseMappedFiles } from '../parse/maps.ts';
import { readProcFile } from './identity.ts';
import type { LentFolder } from './lent-folder.ts';

/**
 * The name by which a process loads async-profiler's library, or tells the one that it has loaded before what to do. That one is known by its old name, though the file is gone: the dynamic
 * linker compares names first. A second copy would define the profiler's Java class once more, which the JVM refuses.
 */
export async function placeAgent(pid: number, library: string, { folder, inside }: LentFolder): Promise<string> {
  const name = basename(library);
  const loaded = [...parseMappedFiles(await readProcFile(pid, 'maps'))].find((path) => basename(path) === name);
  if (loaded !== undefined) return loaded;
  await copyFile(library, join(folder, name));
  return join(inside, name);
}
