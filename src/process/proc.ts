import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parsePageSize } from '../parse/auxv.ts';
import { parseKiBFields, parseStatmRssBytes } from '../parse/proc-fields.ts';

const pageSizeBytes = parsePageSize(readFileSync('/proc/self/auxv')) ?? 4096;

export interface ResidentMemory {
  rssBytes: number;
  anonymousBytes?: number;
  swapBytes?: number;
}

/** Resident memory from smaps_rollup: exact, 0.5 ms and more with the number of mappings. Rejects when the process is gone. */
export async function readResidentMemory(pid: number): Promise<ResidentMemory> {
  const fields = parseKiBFields(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));
  const rssBytes = fields.get('Rss');
  if (rssBytes === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no Rss: the process has ended`);
  const anonymousBytes = fields.get('Anonymous');
  const swapBytes = fields.get('Swap');
  return {
    rssBytes,
    ...(anonymousBytes === undefined ? {} : { anonymousBytes }),
    ...(swapBytes === undefined ? {} : { swapBytes }),
  };
}

/**
 * RSS of one process from statm, by one descriptor that stays open: some 10 µs a reading, and never another process, because a
 * descriptor of /proc/PID does not follow a reused pid. The kernel counts per CPU and folds late: the figure may lag by some 64 pages a CPU.
 */
export class RssReader {
  #descriptor: number | undefined;
  readonly #buffer = Buffer.alloc(128);

  constructor(pid: number) {
    try {
      this.#descriptor = openSync(`/proc/${pid}/statm`, 'r');
    } catch {
      // Already gone: it has no samples.
    }
  }

  /** Undefined once the process has ended: statm of a zombie reads as zeros. */
  read(): number | undefined {
    if (this.#descriptor === undefined) return undefined;
    try {
      const length = readSync(this.#descriptor, this.#buffer, 0, this.#buffer.length, 0);
      return parseStatmRssBytes(this.#buffer.toString('latin1', 0, length), pageSizeBytes) || undefined;
    } catch {
      return undefined;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
