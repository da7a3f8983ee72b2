import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const chunkBytes = 1_048_576;
const writerPatienceMs = 5000;
const pollMs = 20;

/**
 * The text of a file of at most so many bytes, none of a longer one, or of a pipe, which is waited for as long as somebody has it open for writing: what runs at its other end takes its time.
 *
 * @throws Error when it cannot be read, or is a pipe into which nobody writes
 */
export async function readText(
  path: string,
  maxBytes: number,
  patienceMs = writerPatienceMs,
): Promise<{ text: string; isCut: boolean }> {
  // A wait for a writer in the kernel would be one that no signal ends.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const isPipe = (await file.stat()).isFIFO();
    const chunks: Buffer[] = [];
    let length = 0;
    const deadline = performance.now() + (isPipe ? patienceMs : 0);
    for (;;) {
      const chunk = await readChunk(file);
      if (chunk === undefined) await delay(pollMs);
      else if (chunk.length > 0) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxBytes) return { text: '', isCut: true };
      } else if (length > 0 || !isPipe) return { text: Buffer.concat(chunks).toString('utf8'), isCut: false };
      else if (performance.now() > deadline) throw new Error(`nobody writes into this pipe for ${patienceMs / 1000} s`);
      else await delay(pollMs);
    }
  } finally {
    await file.close();
  }
}

/** Empty at the end; undefined where there is nothing yet. */
async function readChunk(file: FileHandle): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(chunkBytes);
  try {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
