import { bytesPerMiB } from '../model/units.ts';
import { joinThreadTexts, mayBeOfEndedThread } from '../parse/ended-thread.ts';
import { readStart, readWhole, readWholeSync } from './bounded-read.ts';
import { threadFolder, withProcFolder, withProcFolderSync } from './living-thread.ts';

/**
 * How much is read of a file of /proc/PID: its process decides what is in it, and how much. 65,530 mappings, as many as the kernel allows by default, are
 * 45 MiB of smaps. A program gets 6 MiB of arguments and environment from execve(2), and may point the kernel at more (PR_SET_MM).
 */
export const maxProcBytes = {
  cgroup: bytesPerMiB,
  environ: 8 * bytesPerMiB,
  maps: 128 * bytesPerMiB,
  mountinfo: 16 * bytesPerMiB,
  smaps: 256 * bytesPerMiB,
  smaps_rollup: bytesPerMiB,
  stat: bytesPerMiB,
  status: bytesPerMiB,
} as const;
export type ProcFile = keyof typeof maxProcBytes;

/**
 * A file of /proc/PID. Where the first thread of the process has ended it is that of one that lives, which shares what it tells with all threads.
 *
 * @throws the error of the file system, or OffheapError INSPECT_FAILED for a file that is longer than is read
 */
export async function readProc(pid: number | 'self', name: ProcFile): Promise<string> {
  const readIn = (folder: string) => readWhole(`${folder}/${name}`, maxProcBytes[name]);
  if (pid === 'self') return readIn('/proc/self');
  const first = await withProcFolder(pid, readIn);
  const folder = mayBeOfEndedThread(name, first) ? threadFolder(pid) : undefined;
  return folder === undefined ? first : joinThreadTexts(name, first, await readIn(folder));
}

/** The same for the files that the kernel makes nobody wait for. */
export function readProcSync(pid: number | 'self', name: ProcFile): string {
  const readIn = (folder: string) => readWholeSync(`${folder}/${name}`, maxProcBytes[name]);
  if (pid === 'self') return readIn('/proc/self');
  const first = withProcFolderSync(pid, readIn);
  const folder = mayBeOfEndedThread(name, first) ? threadFolder(pid) : undefined;
  return folder === undefined ? first : joinThreadTexts(name, first, readIn(folder));
}

/** The environment of a process, or as much of it as is read: what is longer was made so to keep others from reading it, and the rest of the process is told all the same. */
export function readProcEnviron(pid: number): Promise<{ text: string; isCut: boolean }> {
  return withProcFolder(pid, (folder) => readStart(`${folder}/environ`, maxProcBytes.environ));
}

/** The arguments as far as their first `maxBytes`, empty of a kernel thread. */
export async function readProcArguments(pid: number, maxBytes: number): Promise<{ text: string; isCut: boolean }> {
  const readIn = (folder: string) => readStart(`${folder}/cmdline`, maxBytes);
  const first = await readIn(`/proc/${pid}`);
  const folder = first.text === '' ? threadFolder(pid) : undefined;
  return folder === undefined ? first : readIn(folder);
}
