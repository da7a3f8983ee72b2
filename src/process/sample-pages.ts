import { type FileHandle, open } from 'node:fs/promises';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';

const pageBytes = 4096;
const entryBytes = 8;
/** Bit 63 of an entry (Documentation/admin-guide/mm/pagemap.rst), in its last byte. */
const presentBit = 0x80;
/** 1 GiB of addresses a read. */
const entriesPerRead = 262_144;

/**
 * Up to `count` resident pages of a range, evenly spread over it. A page that is not present is never read: reading it would make it
 * present. Empty when none is, or the process has gone.
 *
 * @throws OffheapError NO_PERMISSION
 */
export async function samplePages(pid: number, range: AddressRange, count: number): Promise<Buffer[]> {
  const pagemap = await openOf(pid, 'pagemap');
  const memory = await openOf(pid, 'mem');
  try {
    const present = await presentPages(pagemap, range);
    const step = Math.max(1, present.length / count);
    const chosen = Array.from({ length: Math.min(count, present.length) }, (_, index) => present[Math.floor(index * step)] ?? 0);
    const pages = await Promise.all(chosen.map((address) => readPage(memory, address)));
    return pages.filter((page) => page !== undefined);
  } finally {
    await pagemap.close();
    await memory.close();
  }
}

async function presentPages(pagemap: FileHandle, { start, end }: AddressRange): Promise<number[]> {
  const present: number[] = [];
  for (let first = start / pageBytes; first < end / pageBytes; first += entriesPerRead) {
    const entries = Buffer.alloc(entryBytes * Math.min(entriesPerRead, end / pageBytes - first));
    const { bytesRead } = await pagemap.read(entries, 0, entries.length, first * entryBytes);
    for (let at = entryBytes - 1; at < bytesRead; at += entryBytes) {
      if (((entries[at] ?? 0) & presentBit) !== 0) present.push((first + (at - entryBytes + 1) / entryBytes) * pageBytes);
    }
  }
  return present;
}

/** Undefined when it has gone meanwhile. */
async function readPage(memory: FileHandle, address: number): Promise<Buffer | undefined> {
  const page = Buffer.alloc(pageBytes);
  const { bytesRead } = await memory.read(page, 0, pageBytes, address).catch(() => ({ bytesRead: 0 }));
  return bytesRead === pageBytes ? page : undefined;
}

async function openOf(pid: number, file: string): Promise<FileHandle> {
  return open(`/proc/${pid}/${file}`, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') throw new OffheapError('NO_SUCH_PROCESS', `There is no process ${pid}.`);
    throw new OffheapError(
      'NO_PERMISSION',
      `Expected to read the memory of process ${pid}, but the kernel refused (${error.code}). Run offheap as the same user or by sudo; in a container it needs CAP_SYS_PTRACE.`,
    );
  });
}
