import { stat } from 'node:fs/promises';
import { parseMappedFiles } from '../parse/maps.ts';
import { readForeignFile } from '../process/foreign-file.ts';
import { withProcFolder } from '../process/living-thread.ts';
import { readProc } from '../process/proc-file.ts';
import { slowMountOf } from '../process/slow-mounts.ts';

/** It is some 2 MB. */
const maxLibcBytes = 64 * 1024 ** 2;

/** By file: reading 2 MB and searching them takes longer than inspecting many a process. */
const known = new Map<string, string | undefined>();

/**
 * The version that the process's libc names itself by, from the file in the process's own root; undefined for a static program, a file that
 * was replaced or removed, and one that may not be read.
 */
export async function readGlibcVersion(pid: number): Promise<string | undefined> {
  try {
    const files = parseMappedFiles(await readProc(pid, 'maps'));
    const libc = [...files].find((path) => /\/libc(?:\.so\.6|-2\.\d+\.so)$/.test(path));
    return libc === undefined || slowMountOf(pid, libc)
      ? undefined
      : await withProcFolder(pid, (folder) => readVersionOf(`${folder}/root${libc}`));
  } catch {
    return undefined;
  }
}

async function readVersionOf(path: string): Promise<string | undefined> {
  const { dev, ino, size, mtimeMs } = await stat(path);
  const identity = `${dev}:${ino}:${size}:${mtimeMs}`;
  if (!known.has(identity)) {
    const text = (await readForeignFile(path, maxLibcBytes)).toString('latin1');
    known.set(identity, /GNU C Library [^\n]*version (\d+\.\d+)/.exec(text)?.[1]);
  }
  return known.get(identity);
}
