import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFailure } from './write-target.ts';

/** How long a pipe is waited for that nobody reads, or whose reader does not go on. */
export const pipePatienceMs = 5000;
const pollMs = 20;

/**
 * Writes into a device or a pipe, neither created nor cut. A wait for a pipe's reader in the kernel would be one that no signal ends, for it would be a thread of Node's: so none
 * of its calls blocks.
 *
 * @throws OffheapError WRITE_FAILED when nobody reads the pipe in time; the system's error otherwise
 */
export async function writeInto(path: string, content: string | Uint8Array, patienceMs: number): Promise<void> {
  const wait = new Patience(path, patienceMs);
  const file = await openUnblocked(path, wait);
  try {
    for (let rest = Buffer.from(content); rest.length > 0; ) {
      const { bytesWritten } = await file.write(rest).catch(unless('EAGAIN', { bytesWritten: 0 }));
      if (bytesWritten === 0) await wait.more();
      else wait.renew();
      rest = rest.subarray(bytesWritten);
    }
  } finally {
    await file.close();
  }
}

/** ENXIO: a pipe without a reader. */
async function openUnblocked(path: string, wait: Patience): Promise<FileHandle> {
  for (;;) {
    const file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY).catch(unless('ENXIO', undefined));
    if (file) return file;
    await wait.more();
  }
}

function unless<Value>(code: string, value: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code !== code) throw error;
    return value;
  };
}

class Patience {
  readonly #path: string;
  readonly #patienceMs: number;
  #deadline: number;

  constructor(path: string, patienceMs: number) {
    this.#path = path;
    this.#patienceMs = patienceMs;
    this.#deadline = performance.now() + patienceMs;
  }

  renew(): void {
    this.#deadline = performance.now() + this.#patienceMs;
  }

  async more(): Promise<void> {
    if (performance.now() > this.#deadline)
      throw writeFailure(this.#path, `nobody reads this pipe for ${this.#patienceMs / 1000} s`);
    await delay(pollMs);
  }
}
