import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

const headBytes = 8192;
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** The beginning of a file that somebody names, and its size. */
export interface FileHead {
  head: Buffer;
  bytes: number;
}

/** Whether a path is one of a regular file, or of a link to one. No pipe and no device is opened for that. */
export async function isRegularFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The first 8 KiB of a regular file. @throws the error of the file system */
export async function readHead(path: string): Promise<FileHead> {
  return await withRegular(path, async (file, bytes) => ({ head: await readUpTo(file, Math.min(headBytes, bytes)), bytes }));
}

/** The text of a regular file as far as its first `maxBytes`, and whether there is more of it. @throws the error of the file system */
export async function readRegularText(path: string, maxBytes: number): Promise<{ text: string; isCut: boolean }> {
  return await withRegular(path, async (file, bytes) => ({
    text: (await readUpTo(file, Math.min(maxBytes, bytes))).toString('utf8'),
    isCut: bytes > maxBytes,
  }));
}

async function withRegular<Value>(path: string, read: (file: FileHandle, bytes: number) => Promise<Value>): Promise<Value> {
  const file = await open(path, flags);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error('it is no regular file');
    return await read(file, found.size);
  } finally {
    await file.close();
  }
}

async function readUpTo(file: FileHandle, bytes: number): Promise<Buffer> {
  const content = Buffer.alloc(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await file.read(content, length, bytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return content.subarray(0, length);
}
