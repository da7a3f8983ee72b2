import { constants } from 'node:fs';
import { chown, copyFile, type FileHandle, mkdtemp, open, readlink, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { threadFolder, withProcFolder } from '../process/living-thread.ts';
import { armWatchdog } from '../process/watchdog.ts';
import { type Borrower, type Fault, faultByError, faultOf, type Load, placesOf } from './lent-places.ts';

/** A folder of another process, that only its user can enter. */
export interface LentFolder {
  folder: string;
  /** By which name the process knows it. */
  inside: string;
}

export interface LendOptions {
  /** A library that is put there for it to load. */
  library?: string;
}

const nothing: Load = { bytes: 0, executes: false };
/** Beside the library: an answer, or a recording of some seconds. */
const spareBytes = 65_536;
/** As many places as one cares to read of. */
const mostFaults = 5;

/**
 * Lends a folder that a process can read and write, in its own mount namespace: in its /tmp, or where that is full, read-only or noexec, elsewhere. It is removed with what is
 * in it, however offheap ends.
 *
 * @throws OffheapError ATTACH_FAILED where the process has no such folder
 */
export async function withLentFolder<Result>(
  pid: number,
  { library }: LendOptions,
  use: (lent: LentFolder) => Promise<Result>,
): Promise<Result> {
  // By its own name where that is the same: of a process that ends meanwhile the root is gone.
  const root = (await isSameRoot(pid)) ? '' : `${threadFolder(pid) ?? `/proc/${pid}`}/root`;
  const { uid, gid } = await stat(`/proc/${pid}`).catch(() => {
    throw new OffheapError('NO_SUCH_PROCESS', `There is no process ${pid}.`);
  });
  const load = library === undefined ? nothing : { bytes: (await stat(library)).size + spareBytes, executes: true };
  const { place, parent, name } = await make({ pid, root, uid }, load);
  const folder = join(`${root}${place}`, name);
  const watchdog = armWatchdog({ privateFolder: folder });
  try {
    if (process.getuid?.() === 0) await chown(folder, uid, gid);
    if (library !== undefined) await copyFile(library, join(folder, basename(library)));
    return await use({ folder, inside: join(place, name) });
  } catch (error) {
    const fault = isNoRoom(error) ? faultByError(place, error) : undefined;
    throw fault === undefined ? error : nowhere(pid, [fault], load);
  } finally {
    await rm(held(parent, name), { recursive: true, force: true });
    await parent.close();
    watchdog.callOff();
  }
}

interface MadeFolder {
  place: string;
  /** Kept open: when the process has ended, its folders have no names here any more. */
  parent: FileHandle;
  name: string;
}

async function make(borrower: Borrower, load: Load): Promise<MadeFolder> {
  const faults: Fault[] = [];
  for (const place of await placesOf(borrower)) {
    const fault = await faultOf(place, borrower, load);
    const made = fault ?? (await makeIn(place, borrower));
    if (typeof made !== 'string') return made;
    faults.push(made);
  }
  throw nowhere(borrower.pid, faults, load);
}

async function makeIn(place: string, { root }: Borrower): Promise<MadeFolder | Fault> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | (root === '' ? 0 : constants.O_NOFOLLOW);
  let parent: FileHandle | undefined;
  try {
    parent = await open(`${root}${place}`, flags);
    const path = await mkdtemp(held(parent, 'offheap-stacks-'));
    return { place, parent, name: basename(path) };
  } catch (error) {
    await parent?.close();
    const fault = faultByError(place, error);
    if (fault === undefined) throw error;
    return fault;
  }
}

function held({ fd }: FileHandle, name: string): string {
  return `/proc/self/fd/${fd}/${name}`;
}

function isNoRoom(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function nowhere(pid: number, faults: readonly Fault[], { executes }: Load): OffheapError {
  const [told, more] = [faults.slice(0, mostFaults), faults.length - mostFaults];
  const list = more > 0 ? `${told.join(', ')}, and ${more} more are alike` : told.join(', ');
  return new OffheapError(
    'ATTACH_FAILED',
    `Expected a folder that process ${pid} can ${executes ? 'load a library from' : 'answer in'}, found none: ${list}. Make room, or give it one: a container by --tmpfs /tmp:exec, or by a volume.`,
  );
}

/** Whether paths mean the same to a process as here; false when it may not be looked at. */
export async function isSameRoot(pid: number): Promise<boolean> {
  const linksIn = (folder: string) => Promise.all(['ns/mnt', 'root'].map((link) => readlink(`${folder}/${link}`)));
  const [own, other] = await Promise.all([linksIn('/proc/self'), withProcFolder(pid, linksIn).catch(() => [])]);
  return own.every((link, index) => link === other[index]);
}
