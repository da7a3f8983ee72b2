import { readlinkSync } from 'node:fs';
import { type Mount, mountOf, parseMountInfo } from '../parse/mountinfo.ts';
import { withProcFolderSync } from './living-thread.ts';
import { readProcSync } from './proc-file.ts';
import { nameInside, rootOf } from './target-path.ts';

/** For which a program of somebody's answers, or another machine. */
const answeredElsewhere = /^(?:fuse|fuseblk|fuse\..*|nfs4?|cifs|smb3|ceph|afs|coda|lustre|9p|autofs)$/;
/** A look asks for one process some ten times in a row. */
const freshMs = 1000;

/**
 * The file system, on the way to a path of a process, whose answer may never come: who looks there waits in the kernel, where neither a deadline nor Ctrl-C reaches him, and
 * one of Node's four threads for files waits with him. The kernel's list tells, and the path is not touched. Undefined where all of the way may be gone, and of the
 * file system that offheap's own root is.
 */
export function slowMountOf(pid: number, path: string): Mount | undefined {
  const mounts = mountsOf(pid);
  const slow = waysTo(path)
    .map((place) => mountOf(place, mounts))
    .find((mount) => mount !== undefined && answeredElsewhere.test(mount.fileSystem));
  return slow && slow.device !== ownRootDevice() ? slow : undefined;
}

/** The same of what a link of /proc/PID leads to, such as `exe`. */
export function slowMountBehind(pid: number, link: 'cwd' | 'exe'): Mount | undefined {
  try {
    const told = withProcFolderSync(pid, (folder) => readlinkSync(`${folder}/${link}`));
    return slowMountOf(pid, nameInside(rootOf(pid), told) ?? told);
  } catch {
    return undefined;
  }
}

export function describeSlowMount({ folder, fileSystem }: Mount): string {
  return `${folder} is a file system of type ${fileSystem}, whose answer may never come`;
}

/** `/a/b` → `/`, `/a`, `/a/b`. */
function waysTo(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return Array.from({ length: parts.length + 1 }, (_, count) => `/${parts.slice(0, count).join('/')}`);
}

let last: { pid: number; readAt: number; mounts: Mount[] } | undefined;

/** What is mounted below the root of a process, by its own names, at most a second ago. */
export function mountsOf(pid: number): Mount[] {
  const now = performance.now();
  if (last?.pid !== pid || now - last.readAt > freshMs) last = { pid, readAt: now, mounts: readMounts(pid) };
  return last.mounts;
}

/** None of a process that is gone, or whose root nobody here may enter anyway. */
function readMounts(pid: number | 'self'): Mount[] {
  try {
    return parseMountInfo(readProcSync(pid, 'mountinfo'));
  } catch {
    return [];
  }
}

let ownRoot: string | undefined;

function ownRootDevice(): string {
  ownRoot ??= mountOf('/', readMounts('self'))?.device ?? '';
  return ownRoot;
}
