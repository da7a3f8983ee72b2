import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * A file that another process has mapped, by its path, which that process may meanwhile have made something else: no link is followed in its place, no pipe
 * waited for, and nothing larger than was expected read, nor what is added meanwhile.
 *
 * @throws Error when it cannot be opened, or is no such file.
 */
export async function readForeignFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, flags);
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > maxBytes) throw new Error(`expected a file of at most ${maxBytes} bytes: ${path}`);
    return await readUpTo(file, stat.size);
  } finally {
    await file.close();
  }
}

/** The same at once, of a file whose size nobody tells, as those of cgroups. */
export function readForeignFileSync(path: string, maxBytes: number): string {
  const descriptor = openSync(path, flags);
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error(`expected a file: ${path}`);
    const content = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= maxBytes; length += read)
      read = readSync(descriptor, content, length, content.length - length, null);
    if (length > maxBytes) throw new Error(`expected a file of at most ${maxBytes} bytes: ${path}`);
    return content.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

async function readUpTo(file: FileHandle, bytes: number): Promise<Buffer> {
  const content = Buffer.alloc(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await file.read(content, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return content.subarray(0, length);
}
