import { createReadStream, rmSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { execa } from 'execa';
import { onExit } from 'signal-exit';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB, formatMiB, quote } from '../model/units.ts';

/** Left free of the file system, for whoever else needs room there. */
const reserveBytes = 512 * bytesPerMiB;
/** How often is looked at what is left. */
const checkEachBytes = 64 * bytesPerMiB;
const blockBytes = 64 * 1024;
const zeros = Buffer.alloc(blockBytes);

/** In which form systemd-coredump and others keep a core. Node reads gzip's; the others are unpacked by the program of that name. */
export type Packing = 'gzip' | 'zstd' | 'lz4' | 'xz';

/** The first bytes of what was compressed; empty where it cannot be unpacked. @throws OffheapError MISSING_TOOL */
export async function unpackedHead(path: string, packing: Packing): Promise<Buffer> {
  for await (const piece of piecesOf(path, packing)) return piece;
  return Buffer.alloc(0);
}

/**
 * Lends a compressed file unpacked, in the folder for temporary files, and removes it again. Blocks of zeros become holes. A file that is cut or damaged is unpacked as far as it goes.
 *
 * @throws OffheapError INVALID_FILE where there is no room for it, MISSING_TOOL
 */
export async function withUnpacked<Result>(
  path: string,
  packing: Packing,
  use: (unpacked: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'offheap-core-'));
  const discard = () => rmSync(folder, { recursive: true, force: true });
  const forget = onExit(discard);
  try {
    const unpacked = join(folder, 'core');
    const file = await open(unpacked, 'wx', 0o600);
    try {
      await unpackInto(file, { path, packing, folder });
    } finally {
      await file.close();
    }
    return await use(unpacked);
  } finally {
    discard();
    forget();
  }
}

async function unpackInto(
  file: FileHandle,
  { path, packing, folder }: { path: string; packing: Packing; folder: string },
): Promise<void> {
  let bytes = 0;
  let checkedAt = Number.NEGATIVE_INFINITY;
  for await (const block of blocksOf(piecesOf(path, packing))) {
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
async function* blocksOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let kept = Buffer.alloc(0);
  for await (const piece of pieces) {
    let rest = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    for (; rest.length >= blockBytes; rest = rest.subarray(blockBytes)) yield rest.subarray(0, blockBytes);
    kept = Buffer.from(rest);
  }
  if (kept.length > 0) yield kept;
}

function piecesOf(path: string, packing: Packing): AsyncGenerator<Buffer> {
  return packing === 'gzip' ? gunzipped(path) : unpackedBy(packing, path);
}

async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(path);
  const gunzip = createGunzip({ chunkSize: blockBytes });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const piece of gunzip) yield piece as Buffer;
  } catch (error) {
    // Cut or damaged: what came before is good. Whatever else is no fault of the file.
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** zstd, lz4 and xz have the same options for that. */
async function* unpackedBy(tool: Exclude<Packing, 'gzip'>, path: string): AsyncGenerator<Buffer> {
  const child = execa(tool, ['-dc'], { inputFile: path, encoding: 'buffer', buffer: false, reject: false, stderr: 'ignore' });
  try {
    for await (const piece of child.stdout) yield piece as Buffer;
  } catch (error) {
    if ((await child).code !== 'ENOENT') throw error;
  } finally {
    child.kill('SIGKILL');
  }
  if ((await child).code === 'ENOENT')
    throw new OffheapError(
      'MISSING_TOOL',
      `Expected ${tool} on PATH to unpack ${quote(path)} with, found none. Install it: apt-get install ${packages[tool]}. Or unpack it elsewhere: ${tool} -dc ${quote(path)} > core.unpacked`,
    );
}

const packages = { zstd: 'zstd', lz4: 'lz4', xz: 'xz-utils' } as const;

async function requireRoom(path: string, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= reserveBytes) return;
  throw new OffheapError(
    'INVALID_FILE',
    `Expected room to unpack ${quote(path)} in ${tmpdir()}, found less than ${formatMiB(reserveBytes)} MiB. Name another folder: TMPDIR=FOLDER offheap doctor ${quote(path)}`,
  );
}
