import { chown, mkdtemp, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { threadFolder, withProcFolder } from '../process/living-thread.ts';
import { describeSlowMount, slowMountOf } from '../process/slow-mounts.ts';
import { armWatchdog } from '../process/watchdog.ts';

/** A folder in /tmp of another process. */
export interface LentFolder {
  folder: string;
  /** By which name the process knows it. */
  inside: string;
}

/** Lends a folder that a process can read and write, in its own mount namespace. It is removed with what is in it, however offheap ends. */
export async function withLentFolder<Result>(pid: number, use: (lent: LentFolder) => Promise<Result>): Promise<Result> {
  // By its own name where that is the same: of a process that ends meanwhile the root is gone.
  const root = (await isSameRoot(pid)) ? '' : `${threadFolder(pid) ?? `/proc/${pid}`}/root`;
  const slowMount = root === '' ? undefined : slowMountOf(pid, '/tmp');
  if (slowMount)
    throw new OffheapError('ATTACH_FAILED', `Expected a /tmp that process ${pid} can read, but ${describeSlowMount(slowMount)}.`);
  const folder = await mkdtemp(join(`${root}/tmp`, 'offheap-stacks-'));
  const watchdog = armWatchdog({ privateFolder: folder });
  try {
    const { uid, gid } = await stat(`/proc/${pid}`);
    if (process.getuid?.() === 0) await chown(folder, uid, gid);
    return await use({ folder, inside: folder.slice(root.length) });
  } finally {
    await rm(folder, { recursive: true, force: true });
    watchdog.callOff();
  }
}

/** Whether paths mean the same to a process as here; false when it may not be looked at. */
export async function isSameRoot(pid: number): Promise<boolean> {
  const linksIn = (folder: string) => Promise.all(['ns/mnt', 'root'].map((link) => readlink(`${folder}/${link}`)));
  const [own, other] = await Promise.all([linksIn('/proc/self'), withProcFolder(pid, linksIn).catch(() => [])]);
  return own.every((link, index) => link === other[index]);
}
