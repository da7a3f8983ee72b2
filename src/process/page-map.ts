import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { AddressRange } from '../model/address-range.ts';
import { parsePageSize } from '../parse/auxv.ts';
import { withProcFolderSync } from './living-thread.ts';

export const pageSizeBytes = parsePageSize(readFileSync('/proc/self/auxv')) ?? 4096;
const entryBytes = 8;
const chunkEntries = 8192;
/** Bit 63 of an entry: the page is present (kernel: Documentation/admin-guide/mm/pagemap.rst). It is shown to whoever may read the file. */
const presentBit = 0x80;

/** Which pages of a process are in memory, by /proc/PID/pagemap: 8 bytes are read for every page of address space, so ask for few. */
export class PageMap {
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(chunkEntries * entryBytes);

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Undefined when it may not be read. */
  static open(pid: number): PageMap | undefined {
    try {
      return new PageMap(withProcFolderSync(pid, (folder) => openSync(`${folder}/pagemap`, 'r')));
    } catch {
      return undefined;
    }
  }

  /** Undefined when the process has gone. */
  presentBytes(start: number, end: number): number | undefined {
    let pages = 0;
    const isRead = this.#forEachPresent({ start, end }, () => pages++);
    return isRead ? pages * pageSizeBytes : undefined;
  }

  /** Addresses of the pages that are in memory, in order; undefined when the process has gone. */
  presentPages(range: AddressRange): number[] | undefined {
    const present: number[] = [];
    return this.#forEachPresent(range, (page) => present.push(page * pageSizeBytes)) ? present : undefined;
  }

  /** Numbers of the pages. Returns false when the process has gone. */
  #forEachPresent({ start, end }: AddressRange, take: (page: number) => void): boolean {
    const buffer = this.#buffer;
    try {
      for (let page = start / pageSizeBytes; page < end / pageSizeBytes; page += chunkEntries) {
        const wanted = Math.min(chunkEntries, end / pageSizeBytes - page) * entryBytes;
        const length = readSync(this.#descriptor, buffer, 0, wanted, page * entryBytes);
        for (let index = 0; index < length / entryBytes; index++) {
          const lastByte = buffer[index * entryBytes + entryBytes - 1] ?? 0;
          if ((lastByte & presentBit) !== 0) take(page + index);
        }
      }
    } catch {
      return false;
    }
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Bytes of an address range that are in memory; undefined where it may not be known. */
export type PresentBytes = (start: number, end: number) => number | undefined;

/** Runs `use` with the page map of a process, which is opened at its first question. */
export async function withPageMap<Result>(pid: number, use: (presentBytes: PresentBytes) => Promise<Result>): Promise<Result> {
  let pageMap: PageMap | undefined;
  let isOpened = false;
  try {
    return await use((start, end) => {
      if (!isOpened) pageMap = PageMap.open(pid);
      isOpened = true;
      return pageMap?.presentBytes(start, end);
    });
  } finally {
    pageMap?.close();
  }
}
