import { statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesPerMiB } from '../model/units.ts';
import { isWritable } from './writable.ts';

const sharedMemory = '/dev/shm';
/** For the pages of a program and some dozens of children. */
const roomBytes = 32 * bytesPerMiB;

/**
 * Lends a new folder that only this user can enter, and removes it with everything in it. In memory where that is possible: a counter page
 * on a disk would be written back by the kernel again and again.
 */
export async function withPrivateFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(hasRoom(sharedMemory) ? sharedMemory : tmpdir(), 'offheap-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Containers have 64 MiB of shared memory, which their programs may have filled: a page that finds no room counts for nobody but its process. */
function hasRoom(folder: string): boolean {
  if (!isWritable(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= roomBytes;
}
