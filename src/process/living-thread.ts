import { hasThreadEnded, listThreads } from './threads.ts';

/** Only the first thread stays when it has ended, and those that a debugger has not let go. */
const mostLookedAt = 1024;

/**
 * A thread that lives, of a process whose first thread has ended (pthread_exit(3) in `main`): the kernel tells nothing of the memory, the files and the mounts of a thread that has
 * ended, and by any other thread all that the threads share. Undefined where the first thread lives, or none does.
 */
export function livingThread(pid: number): number | undefined {
  if (!hasThreadEnded(pid, pid)) return undefined;
  return listThreads(pid, mostLookedAt).find((tid) => hasThreadEnded(pid, tid) === false);
}

/**
 * Does something with the folder of a process in /proc and, when that fails because its first thread has ended, with the folder of a thread that lives. Of
 * any other process nothing more is read.
 */
export async function withProcFolder<Result>(pid: number, use: (folder: string) => Promise<Result>): Promise<Result> {
  try {
    return await use(`/proc/${pid}`);
  } catch (error) {
    const folder = livingFolder(pid, error);
    if (folder === undefined) throw error;
    return use(folder);
  }
}

/** The same at once. */
export function withProcFolderSync<Result>(pid: number, use: (folder: string) => Result): Result {
  try {
    return use(`/proc/${pid}`);
  } catch (error) {
    const folder = livingFolder(pid, error);
    if (folder === undefined) throw error;
    return use(folder);
  }
}

/** ENOENT of a link, ESRCH of a file, EINVAL of mountinfo (linux: fs/proc/base.c, fs/proc_namespace.c). */
const ofEnded: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH', 'EINVAL']);

function livingFolder(pid: number, error: unknown): string | undefined {
  if (!ofEnded.has((error as NodeJS.ErrnoException).code)) return undefined;
  return threadFolder(pid);
}

/** By the process, so that another process's thread of the same number is never taken for it. Undefined as for livingThread(). */
export function threadFolder(pid: number): string | undefined {
  const tid = livingThread(pid);
  return tid === undefined ? undefined : `/proc/${pid}/task/${tid}`;
}
