import { readFile } from 'node:fs/promises';
import { parseMappedFiles } from '../parse/maps.ts';

/**
 * The version that the process's libc names itself by, from the file in the process's own root; undefined for a static program, a file that
 * was replaced or removed, and one that may not be read.
 */
export async function readGlibcVersion(pid: number): Promise<string | undefined> {
  try {
    const files = parseMappedFiles(await readFile(`/proc/${pid}/maps`, 'utf8'));
    const libc = [...files].find((path) => /\/libc(?:\.so\.6|-2\.\d+\.so)$/.test(path));
    if (libc === undefined) return undefined;
    const text = (await readFile(`/proc/${pid}/root${libc}`)).toString('latin1');
    return /GNU C Library [^\n]*version (\d+\.\d+)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
