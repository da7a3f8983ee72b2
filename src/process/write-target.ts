import { fstat } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { OffheapError } from '../model/errors.ts';
import { isHarmlessDevice } from './harmless-device.ts';

/** Where the text for a path goes. */
export type WriteTarget =
  /** A regular file, or one that is not there yet: replaced as a whole. */
  | { kind: 'file'; path: string; mode?: number; owner?: { uid: number; gid: number } }
  /** A terminal, a device that keeps nothing, or a pipe, which others hold as well: written into. */
  | { kind: 'stream'; path: string }
  /** What this process holds open itself, as /dev/stdout names it. */
  | { kind: 'descriptor'; descriptor: number };

/** Linux: MAXSYMLINKS. */
const mostLinks = 40;
/** S_ISVTX and S_IWOTH: everybody may put names into the folder, and only their owners take them away. */
const stickyAndForAll = 0o1002;

/**
 * Follows links, that of a file which is not there yet as well.
 *
 * @throws OffheapError WRITE_FAILED for a folder and a socket, to which there is no writing, and for a device that it would do something to
 */
export async function findTarget(path: string): Promise<WriteTarget> {
  if (path === '') throw writeFailure('a file', 'its name is empty');
  const end = await followLinks(path);
  if (typeof end === 'number') {
    await promisify(fstat)(end);
    return { kind: 'descriptor', descriptor: end };
  }
  const found = await stat(end).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return { kind: 'file', path: end };
  const { mode, uid, gid } = found;
  if (found.isFile()) return { kind: 'file', path: end, mode: mode & 0o7777, owner: { uid, gid } };
  if (found.isDirectory()) throw writeFailure(path, 'it is a folder');
  if (found.isSocket()) throw writeFailure(path, 'it is a socket');
  if (found.isBlockDevice() || (found.isCharacterDevice() && !isHarmlessDevice(found.rdev)))
    throw writeFailure(path, 'it is a device, and neither a terminal nor one that keeps nothing');
  return { kind: 'stream', path: end };
}

/** The kernel's own rule (linux: fs/namei.c, may_follow_link; sysctl fs.protected_symlinks), which does not hold for what is read by readlink(), and may be switched off. */
async function requireOwnLink(path: string, link: string): Promise<void> {
  const [{ uid }, folder] = await Promise.all([lstat(link), stat(dirname(link))]);
  const isOpenToAll = (folder.mode & stickyAndForAll) === stickyAndForAll;
  if (isOpenToAll && uid !== process.geteuid?.() && uid !== folder.uid)
    throw writeFailure(path, 'this user may not follow it: another user has put a link into a folder that is open to all');
}

/** The path behind all links, or a descriptor of this process: what is behind its link may be a pipe, which has no path, or a file that is written to already. */
async function followLinks(path: string): Promise<string | number> {
  let next = resolve(path);
  for (let links = 0; links <= mostLinks; links++) {
    const place = join(await realpath(dirname(next)), basename(next));
    const [, pid, descriptor] = /^\/proc\/(\d+)\/(?:task\/\d+\/)?fd\/(\d+)$/.exec(place) ?? [];
    if (Number(pid) === process.pid) return Number(descriptor);
    const link = await readlink(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EINVAL' || error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (link === undefined) return place;
    await requireOwnLink(path, place);
    next = resolve(dirname(place), link);
  }
  throw writeFailure(path, 'it is a link that leads back to itself');
}

export function writeFailure(path: string, cause: string): OffheapError {
  return new OffheapError('WRITE_FAILED', `Could not write ${path}: ${cause}. Name another file by --output or --results.`);
}
