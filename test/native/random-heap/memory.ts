import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Addresses; the end is the one behind the last. */
export interface Range {
  start: number;
  end: number;
}

/** The memory of a stopped process, by /proc/PID/mem. */
export class Memory {
  readonly #file: number;
  readonly #pid: number;

  constructor(pid: number) {
    this.#pid = pid;
    this.#file = openSync(`/proc/${pid}/mem`, 'r');
  }

  close(): void {
    closeSync(this.#file);
  }

  read({ start, end }: Range): Buffer {
    const buffer = Buffer.alloc(end - start);
    for (let done = 0; done < buffer.length; ) {
      const bytes = readSync(this.#file, buffer, done, buffer.length - done, start + done);
      if (bytes === 0) throw new Error(`Nothing to read at 0x${(start + done).toString(16)}`);
      done += bytes;
    }
    return buffer;
  }

  /** Words of 8 bytes. Of those over 2^53 the last digits are lost: they are no addresses. */
  words(address: number, count: number): number[] {
    const buffer = this.read({ start: address, end: address + count * 8 });
    return Array.from({ length: count }, (_, index) => Number(buffer.readBigUInt64LE(index * 8)));
  }

  word(address: number): number {
    return this.words(address, 1)[0] ?? 0;
  }

  /** What brk gave: one range, however many mappings it is of. */
  brkHeap(): Range {
    const mappings = this.#mappings(/ .*\[heap\]$/);
    return { start: mappings[0]?.start ?? 0, end: mappings.at(-1)?.end ?? 0 };
  }

  /** Whether malloc may have written there. */
  isWritable(address: number): boolean {
    return this.#mappings(/ rw-p /).some(({ start, end }) => address >= start && address < end);
  }

  mappingEnd(address: number): number {
    return this.#mappings(/ rw-p /).find(({ start, end }) => address >= start && address < end)?.end ?? address;
  }

  #mappings(kind: RegExp): Range[] {
    const lines = readFileSync(`/proc/${this.#pid}/maps`, 'utf8').split('\n');
    return lines
      .filter((line) => kind.test(line))
      .map((line) => line.split(/[- ]/, 2).map((text) => Number.parseInt(text, 16)))
      .map(([start = 0, end = 0]) => ({ start, end }));
  }
}
