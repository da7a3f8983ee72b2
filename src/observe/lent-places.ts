import type { Stats } from 'node:fs';
import { lstat, readlink, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mount, mountOf } from '../parse/mountinfo.ts';
import { withProcFolder } from '../process/living-thread.ts';
import { describeSlowMount, mountsOf, slowMountOf } from '../process/slow-mounts.ts';
import { nameInside, rootOf } from '../process/target-path.ts';

/** A process whose files are reached from here. */
export interface Borrower {
  pid: number;
  /** What stands before its names for files; empty where they mean the same here. */
  root: string;
  /** Its user, as offheap sees it. */
  uid: number;
}

/** What is to be put there. */
export interface Load {
  /** 0: nothing that takes room. */
  bytes: number;
  /** Whether the process is to run it. */
  executes: boolean;
}

/** Why a folder cannot be lent. */
export type Fault = string;

/** Those that each system has. Containers have the last two noexec as a rule, and with a root that is read-only they have only a /tmp. */
const usual = ['/tmp', '/var/tmp', '/dev/shm', '/run'];
/** File systems for files of any kind. A folder in others is a group of processes, or nothing. */
const forFiles = /^(?:tmpfs|overlay|aufs|ext[234]|xfs|btrfs|zfs|f2fs)$/;
/** For the name of a socket the kernel has 107 bytes, sun_path of unix(7): `/offheap-stacks-XXXXXX/answer` is the end of it. */
const longestNameBytes = 107 - 29;
const othersMayEnter = 0o001;

/** Folders that a process may share with offheap, the best first: the usual ones, the one in which it works, and whatever else it has mounted. */
export async function placesOf({ pid, root }: Borrower): Promise<string[]> {
  const told = await withProcFolder(pid, (folder) => readlink(`${folder}/cwd`)).catch(() => '/tmp');
  const work = nameInside(rootOf(pid), told) ?? '/tmp';
  const mounted = mountsOf(pid).filter(({ fileSystem }) => forFiles.test(fileSystem));
  const places = [...usual, work, ...mounted.map(({ folder }) => folder)];
  return [...new Set(places)].filter((place) => place !== '/' && Buffer.byteLength(`${root}${place}`) <= longestNameBytes);
}

/** What speaks against a folder before anything is made in it; undefined where nothing does. */
export async function faultOf(place: string, borrower: Borrower, load: Load): Promise<Fault | undefined> {
  const { pid, root } = borrower;
  const slow = root === '' ? undefined : slowMountOf(pid, place);
  if (slow) return describeSlowMount(slow);
  const mount = mountOf(place, mountsOf(pid));
  const byMount = mount && faultOfMount(mount, load);
  if (byMount !== undefined) return `${place} is ${byMount}`;
  const wayFault = await faultOfWay(place, borrower);
  if (wayFault !== undefined) return `${place} ${wayFault}`;
  const room = await statfs(`${root}${place}`).catch(() => undefined);
  return room && room.bavail * room.bsize < load.bytes ? `${place} is full` : undefined;
}

function faultOfMount({ options }: Mount, { executes }: Load): string | undefined {
  if (options.includes('ro')) return 'mounted read-only';
  return executes && options.includes('noexec') ? 'mounted noexec' : undefined;
}

/** In the process's own file system no link is followed: an absolute one would lead into that of offheap. */
async function faultOfWay(place: string, { root, uid }: Borrower): Promise<string | undefined> {
  const look: (path: string) => Promise<Stats> = root === '' ? stat : lstat;
  let way = root === '' ? '/' : root;
  for (const name of place.split('/').filter((part) => part !== '')) {
    way = join(way, name);
    const found = await look(way).catch(() => undefined);
    if (found?.isDirectory() !== true) return 'is no folder';
    if (uid !== 0 && uid !== found.uid && (found.mode & othersMayEnter) === 0) return 'may not be entered by its user';
  }
  return undefined;
}

/** By the error with which a file was not made there; undefined where it says nothing of the folder. */
export function faultByError(place: string, error: unknown): Fault | undefined {
  const faults: Readonly<Record<string, string>> = {
    EROFS: 'is mounted read-only',
    ENOSPC: 'is full',
    EDQUOT: 'is full for this user',
    EACCES: 'may not be written to by this user',
    EPERM: 'may not be written to by this user',
    ENOENT: 'is no folder',
  };
  const fault = faults[(error as NodeJS.ErrnoException).code ?? ''];
  return fault === undefined ? undefined : `${place} ${fault}`;
}
