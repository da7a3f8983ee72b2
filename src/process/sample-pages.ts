import { type FileHandle, open } from 'node:fs/promises';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';
import { withProcFolder } from './living-thread.ts';
import { PageMap, pageSizeBytes } from './page-map.ts';
import { explainRefusal } from './ptrace-permission.ts';

/**
 * Up to `count` resident pages of a range, evenly spread over it. A page that is not present is never read: reading it would make it
 * present. Empty when none is, or the process has gone.
 *
 * @throws OffheapError NO_PERMISSION
 */
export async function samplePages(pid: number, range: AddressRange, count: number): Promise<Buffer[]> {
  const memory = await openMemory(pid);
  const map = PageMap.open(pid);
  try {
    const present = map?.presentPages(range) ?? [];
    const step = Math.max(1, present.length / count);
    const chosen = Array.from({ length: Math.min(count, present.length) }, (_, index) => present[Math.floor(index * step)] ?? 0);
    const pages = await Promise.all(chosen.map((address) => readPage(memory, address)));
    return pages.filter((page) => page !== undefined);
  } finally {
    map?.close();
    await memory.close();
  }
}

/** Undefined when it has gone meanwhile. */
async function readPage(memory: FileHandle, address: number): Promise<Buffer | undefined> {
  const page = Buffer.alloc(pageSizeBytes);
  const { bytesRead } = await memory.read(page, 0, pageSizeBytes, address).catch(() => ({ bytesRead: 0 }));
  return bytesRead === pageSizeBytes ? page : undefined;
}

async function openMemory(pid: number): Promise<FileHandle> {
  return withProcFolder(pid, (folder) => open(`${folder}/mem`, 'r')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') throw new OffheapError('NO_SUCH_PROCESS', `There is no process ${pid}.`);
    const { why, cure } = explainRefusal(pid, 'attach');
    throw new OffheapError('NO_PERMISSION', `Expected to read the memory of process ${pid}, but ${why}. ${cure}`);
  });
}
