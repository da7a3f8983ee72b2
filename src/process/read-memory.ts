import { type FileHandle, open } from 'node:fs/promises';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';
import { withProcFolder } from './living-thread.ts';
import { PageMap, pageSizeBytes } from './page-map.ts';
import { explainRefusal } from './ptrace-permission.ts';

/** What is at each of these ranges; undefined where a part of it is not there. */
export type ReadRanges = (ranges: readonly AddressRange[]) => Promise<(Buffer | undefined)[]>;

/**
 * What is in memory at each of these ranges; undefined where a page of it is not present: reading it would make it present. The same where the process has
 * gone.
 *
 * @throws OffheapError NO_PERMISSION
 */
export async function readMemory(pid: number, ranges: readonly AddressRange[]): Promise<(Buffer | undefined)[]> {
  const memory = await openMemory(pid);
  const map = PageMap.open(pid);
  try {
    const arePresent = ranges.map((range) => map !== undefined && isPresent(map, range));
    return await Promise.all(ranges.map((range, index) => (arePresent[index] ? readRange(memory, range) : undefined)));
  } finally {
    map?.close();
    await memory.close();
  }
}

/**
 * Up to `count` resident pages of a range, evenly spread over it. A page that is not present is never read. Empty when none is, or the process has gone.
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
    const pages = await Promise.all(chosen.map((start) => readRange(memory, { start, end: start + pageSizeBytes })));
    return pages.filter((page) => page !== undefined);
  } finally {
    map?.close();
    await memory.close();
  }
}

function isPresent(map: PageMap, { start, end }: AddressRange): boolean {
  const from = start - (start % pageSizeBytes);
  const to = Math.ceil(end / pageSizeBytes) * pageSizeBytes;
  return map.presentBytes(from, to) === to - from;
}

/** Undefined when it has gone meanwhile. */
async function readRange(memory: FileHandle, { start, end }: AddressRange): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await memory.read(bytes, 0, bytes.length, start).catch(() => ({ bytesRead: 0 }));
  return bytesRead === bytes.length ? bytes : undefined;
}

async function openMemory(pid: number): Promise<FileHandle> {
  return withProcFolder(pid, (folder) => open(`${folder}/mem`, 'r')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') throw new OffheapError('NO_SUCH_PROCESS', `There is no process ${pid}.`);
    const { why, cure } = explainRefusal(pid, 'attach');
    throw new OffheapError('NO_PERMISSION', `Expected to read the memory of process ${pid}, but ${why}. ${cure}`);
  });
}
