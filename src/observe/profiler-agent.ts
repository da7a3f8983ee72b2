import { basename, join } from 'node:path';
import { parseMappedFiles } from '../parse/maps.ts';
import { readProcFile } from './identity.ts';
import { type LentFolder, withLentFolder } from './lent-folder.ts';

/** A folder of a process, and the name by which the process loads async-profiler's library, or tells the one that it has loaded before what to do. */
export interface LentProfiler extends LentFolder {
  agent: string;
}

/**
 * Lends a process a folder for a recording, and the profiler. One that is loaded is known by its old name, though the file is gone: the dynamic linker compares names first. A
 * second copy would define the profiler's Java class once more, which the JVM refuses.
 */
export async function withProfiler<Result>(
  pid: number,
  library: string,
  use: (lent: LentProfiler) => Promise<Result>,
): Promise<Result> {
  const name = basename(library);
  const loaded = [...parseMappedFiles(await readProcFile(pid, 'maps'))].find((path) => basename(path) === name);
  const needed = loaded === undefined ? { library } : {};
  return withLentFolder(pid, needed, (lent) => use({ ...lent, agent: loaded ?? join(lent.inside, name) }));
}
