import { readlink, stat } from 'node:fs/promises';
import { parseGlibcBanner } from '../parse/glibc-banner.ts';
import { glibcFile } from '../parse/libc.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { readForeignFile } from '../process/foreign-file.ts';
import { withProcFolder } from '../process/living-thread.ts';
import { readProc } from '../process/proc-file.ts';
import { slowMountOf } from '../process/slow-mounts.ts';
import { targetPath } from '../process/target-path.ts';

/** It is some 2 MB. A static program may have more, and then tells no version. */
const maxLibcBytes = 64 * 1024 ** 2;

/** By file: reading 2 MB and searching them takes longer than inspecting many a process. */
const known = new Map<string, string | undefined>();

/**
 * The version that the process's libc names itself by, from the file in the process's own root. A static program tells it where it calls gnu_get_libc_version(3), or where
 * the distribution has noted it in libc.a. Undefined for a file that was replaced or removed, one that may not be read, and any other static program.
 */
export async function readGlibcVersion(pid: number): Promise<string | undefined> {
  try {
    const files = parseMappedFiles(await readProc(pid, 'maps'));
    const libc = [...files].find((path) => glibcFile.test(path));
    const told = libc ?? (await withProcFolder(pid, (folder) => readlink(`${folder}/exe`)));
    const found = targetPath(pid, told);
    return !found || slowMountOf(pid, found.inside) ? undefined : await readVersionOf(found.path);
  } catch {
    return undefined;
  }
}

async function readVersionOf(path: string): Promise<string | undefined> {
  const { dev, ino, size, mtimeMs } = await stat(path);
  const identity = `${dev}:${ino}:${size}:${mtimeMs}`;
  if (!known.has(identity)) {
    const text = (await readForeignFile(path, maxLibcBytes)).toString('latin1');
    known.set(identity, parseGlibcBanner(text));
  }
  return known.get(identity);
}
