import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWritable } from './writable.ts';

const sharedMemory = '/dev/shm';

/**
 * Lends a new folder that only this user can enter, and removes it with everything in it. In memory where that is possible: a counter page
 * on a disk would be written back by the kernel again and again.
 */
export async function withPrivateFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(isWritable(sharedMemory) ? sharedMemory : tmpdir(), 'offheap-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
