import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB } from '../model/units.ts';

const chunkBytes = 64 * 1024;
/** Most files of /proc have less. So small a buffer comes from Node's pool: a larger one costs more than reading into it. */
const firstChunkBytes = 2048;

/** @throws the error of the file system, or OffheapError INSPECT_FAILED for a file that is longer */
export async function readWhole(path: string, maxBytes: number): Promise<string> {
  const { text, isCut } = await readStart(path, maxBytes);
  if (isCut) throw tooLong(path, maxBytes);
  return text;
}

/** The same for the files that the kernel makes nobody wait for. */
export function readWholeSync(path: string, maxBytes: number): string {
  const descriptor = openSync(path, 'r');
  try {
    const gathered = new Gathered(maxBytes);
    while (gathered.add(readSync(descriptor, gathered.room))) {}
    if (gathered.isCut) throw tooLong(path, maxBytes);
    return gathered.text;
  } finally {
    closeSync(descriptor);
  }
}

/** A file as far as its first `maxBytes`, and whether there is more of it. Its size is not asked for, which /proc does not tell. */
export async function readStart(path: string, maxBytes: number): Promise<{ text: string; isCut: boolean }> {
  const file = await open(path, 'r');
  try {
    const gathered = new Gathered(maxBytes);
    while (gathered.add((await file.read(gathered.room)).bytesRead)) {}
    return gathered;
  } finally {
    await file.close();
  }
}

/** What was read so far. The kernel gives a page of most of these files at a time. */
class Gathered {
  isCut = false;
  readonly #maxBytes: number;
  readonly #full: Buffer[] = [];
  #fullBytes = 0;
  #last = Buffer.allocUnsafe(firstChunkBytes);
  #lastBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** To be read into. */
  get room(): Buffer {
    return this.#last.subarray(this.#lastBytes);
  }

  /** Takes the first bytes of the room. Returns false at the end, and beyond the bound. */
  add(bytesRead: number): boolean {
    this.#lastBytes += bytesRead;
    const excess = this.#fullBytes + this.#lastBytes - this.#maxBytes;
    if (excess > 0) {
      this.#lastBytes -= excess;
      this.isCut = true;
    } else if (this.#lastBytes === this.#last.length) {
      this.#full.push(this.#last);
      this.#fullBytes += this.#lastBytes;
      this.#last = Buffer.allocUnsafe(chunkBytes);
      this.#lastBytes = 0;
    }
    return bytesRead > 0 && !this.isCut;
  }

  get text(): string {
    const last = this.#last.subarray(0, this.#lastBytes);
    return (this.#full.length === 0 ? last : Buffer.concat([...this.#full, last])).toString('utf8');
  }
}

export function tooLong(path: string, maxBytes: number): OffheapError {
  return new OffheapError(
    'INSPECT_FAILED',
    `Expected ${path} to have ${maxBytes / bytesPerMiB} MiB at most, found more. No process has that much without wanting to: look at it by other means.`,
  );
}
