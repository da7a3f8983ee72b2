import { createReadStream, rmSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { onExit } from 'signal-exit';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB, formatMiB, quote } from '../model/units.ts';

/** Left free of the file system, for whoever else needs room there. */
const reserveBytes = 512 * bytesPerMiB;
/** How often is looked at what is left. */
const checkEachBytes = 64 * bytesPerMiB;
const blockBytes = 64 * 1024;
const zeros = Buffer.alloc(blockBytes);

/** The first bytes of what was compressed; empty where these are no beginning of gzip's. */
export async function unpackedHead(head: Buffer): Promise<Buffer> {
  const gunzip = createGunzip();
  gunzip.on('error', () => undefined);
  gunzip.end(head);
  try {
    for await (const piece of gunzip) return piece as Buffer;
  } catch {
    // What was not compressed by gzip, and what is cut before its first block.
  } finally {
    gunzip.destroy();
  }
  return Buffer.alloc(0);
}

/**
 * Lends a file of gzip's unpacked, in the folder for temporary files, and removes it again. Blocks of zeros become holes. A file that is cut or damaged is unpacked as far as it goes.
 *
 * @throws OffheapError INVALID_FILE where there is no room for it
 */
export async function withUnpacked<Result>(path: string, use: (unpacked: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'offheap-core-'));
  const discard = () => rmSync(folder, { recursive: true, force: true });
  const forget = onExit(discard);
  try {
    const unpacked = join(folder, 'core');
    const file = await open(unpacked, 'wx', 0o600);
    try {
      await unpackInto(file, path, folder);
    } finally {
      await file.close();
    }
    return await use(unpacked);
  } finally {
    discard();
    forget();
  }
}

async function unpackInto(file: FileHandle, path: string, folder: string): Promise<void> {
  let bytes = 0;
  let checkedAt = Number.NEGATIVE_INFINITY;
  for await (const block of blocksOf(path)) {
    if (bytes - checkedAt >= checkEachBytes) {
      await requireRoom(path, folder);
      checkedAt = bytes;
    }
    if (!block.equals(zeros.subarray(0, block.length))) await file.write(block, 0, block.length, bytes);
    bytes += block.length;
  }
  await file.truncate(bytes);
}

/** What is unpacked, in blocks of one size but for the last. */
async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(path);
  const gunzip = createGunzip({ chunkSize: blockBytes });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let kept = Buffer.alloc(0);
  try {
    for await (const piece of gunzip) {
      let rest = kept.length === 0 ? (piece as Buffer) : Buffer.concat([kept, piece as Buffer]);
      for (; rest.length >= blockBytes; rest = rest.subarray(blockBytes)) yield rest.subarray(0, blockBytes);
      kept = Buffer.from(rest);
    }
  } catch (error) {
    // Cut or damaged: what came before is good. Whatever else is no fault of the file.
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  if (kept.length > 0) yield kept;
}

async function requireRoom(path: string, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= reserveBytes) return;
  throw new OffheapError(
    'INVALID_FILE',
    `Expected room to unpack ${quote(path)} in ${tmpdir()}, found less than ${formatMiB(reserveBytes)} MiB. Name another folder: TMPDIR=FOLDER offheap doctor ${quote(path)}`,
  );
}
