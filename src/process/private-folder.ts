import { statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesPerMiB } from '../model/units.ts';
import { isPlain } from './plain-path.ts';
import { isWritable } from './writable.ts';

const sharedMemory = '/dev/shm';
/** For the pages of a program and some dozens of children. */
const roomBytes = 32 * bytesPerMiB;

/**
 * Lends a new folder that only this user can enter, and removes it with everything in it. In memory where that is possible: a counter page
 * on a disk would be written back by the kernel again and again. Under a name that LD_PRELOAD can carry where there is one.
 */
export async function withPrivateFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(parentFolder(), 'offheap-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parentFolder(): string {
  if (hasRoom(sharedMemory)) return sharedMemory;
  const others = [tmpdir(), '/tmp', '/var/tmp', process.env['XDG_RUNTIME_DIR'] ?? ''];
  return others.find((folder) => isPlain(folder) && isWritable(folder)) ?? tmpdir();
}

/** Containers have 64 MiB of shared memory, which their programs may have filled: a page that finds no room counts for nobody but its process. */
function hasRoom(folder: string): boolean {
  if (!isWritable(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= roomBytes;
}
