import { readFile } from 'node:fs/promises';

/**
 * The arguments of a process, as it was started with or has written since: some write one text, and fill what is left with zeros. Empty for one that is
 * gone, or that belongs to another user, and for a kernel thread.
 */
export async function readCommandLine(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const withoutPadding = text.replace(/\0+$/, '');
  return withoutPadding === '' ? [] : withoutPadding.split('\0');
}
