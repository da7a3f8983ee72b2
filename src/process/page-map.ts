import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { parsePageSize } from '../parse/auxv.ts';

const pageSizeBytes = parsePageSize(readFileSync('/proc/self/auxv')) ?? 4096;
const entryBytes = 8;
const chunkEntries = 8192;
/** Bit 63 of an entry: the page is present (kernel: Documentation/admin-guide/mm/pagemap.rst). It is shown to whoever may read the file. */
const presentBit = 0x80;

/** Resident bytes of address ranges by /proc/PID/pagemap: 8 bytes read for every page of address space, so ask for few. Undefined when it may not be read. */
export class PageMap {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  static open(pid: number): PageMap | undefined {
    try {
      return new PageMap(openSync(`/proc/${pid}/pagemap`, 'r'));
    } catch {
      return undefined;
    }
  }

  presentBytes(start: number, end: number): number | undefined {
    const buffer = Buffer.allocUnsafe(chunkEntries * entryBytes);
    let present = 0;
    try {
      for (let page = start / pageSizeBytes; page < end / pageSizeBytes; page += chunkEntries) {
        const wanted = Math.min(chunkEntries, end / pageSizeBytes - page) * entryBytes;
        const length = readSync(this.#descriptor, buffer, 0, wanted, page * entryBytes);
        for (let at = entryBytes - 1; at < length; at += entryBytes) if ((buffer[at] ?? 0) & presentBit) present++;
      }
    } catch {
      return undefined;
    }
    return present * pageSizeBytes;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
