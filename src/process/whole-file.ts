import { randomBytes } from 'node:crypto';
import { accessSync, constants, fstat, rmdirSync, rmSync, writeFile } from 'node:fs';
import { type FileHandle, lstat, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { onExit } from 'signal-exit';
import { OffheapError } from '../model/errors.ts';
import { makeFolder } from './make-folder.ts';
import { isWritable } from './writable.ts';
import { pipePatienceMs, writeInto } from './write-into.ts';
import { findTarget, type WriteTarget, writeFailure } from './write-target.ts';

type FileTarget = Extract<WriteTarget, { kind: 'file' }>;

/** Of a file that was being written when its writer was killed. */
export const temporaryName = /^\.offheap-[\da-f]{12}$/;
const ownerOnly = 0o600;

/**
 * Writes a result where its user wants it. A regular file is replaced as a whole or not at all, and keeps its mode and owner; its folder is made where it is
 * missing. A terminal, /dev/null, a pipe or what this process has open, as /dev/stdout, is written into.
 *
 * @param patienceMs how long a pipe is waited for that nobody reads
 * @throws OffheapError WRITE_FAILED; nothing is left behind then
 */
export async function writeWhole(path: string, content: string | Uint8Array, patienceMs = pipePatienceMs): Promise<void> {
  await explainFailure(path, async () => {
    makeFolder(dirname(path));
    const target = await findTarget(path);
    if (target.kind === 'file') await replace(target, content, { isSynced: true });
    else if (target.kind === 'stream') await unlessClosed(writeInto(target.path, content, patienceMs));
    else await unlessClosed(writeToDescriptor(target.descriptor, content, patienceMs));
  });
}

/**
 * Writes a file that is written again and again, of which only this user reads. It is replaced as a whole or not at all. What is no regular file, a link among it, is
 * not replaced. The disk is not waited for: a crash of the machine may leave it empty, the end of a process or a container does not.
 *
 * @throws OffheapError WRITE_FAILED; nothing is left behind then
 */
export async function rewritePrivate(path: string, text: string): Promise<void> {
  await explainFailure(path, async () => {
    const found = await lstat(path).catch(() => undefined);
    if (found && !found.isFile()) throw writeFailure(path, 'it is no regular file');
    await replace({ kind: 'file', path, mode: ownerOnly }, text, { isSynced: false });
  });
}

/** Fails before the work is done rather than after it, when its result could not be kept. Leaves no folder: whether there is a result is not known yet. */
export async function requireWritable(path: string): Promise<void> {
  await explainFailure(path, async () => {
    const made = makeFolder(dirname(path));
    try {
      await requireTarget(path);
    } finally {
      for (const folder of made.reverse()) rmdirSync(folder);
    }
  });
}

async function requireTarget(path: string): Promise<void> {
  const target = await findTarget(path);
  if (target.kind === 'stream') accessSync(target.path, constants.W_OK);
  if (target.kind !== 'file') return;
  const folder = dirname(target.path);
  if (!isWritable(folder)) throw writeFailure(path, `${folder} is not writable`);
}

async function explainFailure(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof OffheapError) throw error;
    // The name of the temporary file tells nobody anything.
    throw writeFailure(path, (error as Error).message.replace(/, \w+ '[^']*\/\.offheap-.*$/, ''));
  }
}

/** By a file beside it, on the same file system, which takes its name when all of it is written and, where that is asked for, on the disk. */
async function replace(
  { path, mode, owner }: FileTarget,
  content: string | Uint8Array,
  { isSynced }: { isSynced: boolean },
): Promise<void> {
  const temporary = join(dirname(path), `.offheap-${randomBytes(6).toString('hex')}`);
  const discard = () => rmSync(temporary, { force: true });
  const forget = onExit(discard);
  try {
    const file = await open(temporary, 'wx', mode ?? 0o666);
    try {
      await file.writeFile(content);
      if (owner !== undefined) await keepOwner(file, owner);
      // Last: a change of owner takes bits away.
      if (mode !== undefined) await file.chmod(mode);
      if (isSynced) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    discard();
    throw error;
  } finally {
    forget();
  }
}

/** Only root may give a file away: another user's that is replaced becomes this user's. */
async function keepOwner(file: FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await file.chown(uid, gid).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPERM') throw error;
  });
}

/** Through Node's own streams where there are: it lets stdout not block, which a plain write would take for an error. */
async function writeToDescriptor(descriptor: number, content: string | Uint8Array, patienceMs: number): Promise<void> {
  const stream = { 1: process.stdout, 2: process.stderr }[descriptor];
  if (!stream) {
    const isPipe = (await promisify(fstat)(descriptor)).isFIFO();
    // Anew, so that it does not block, which whoever shares this one would notice.
    return isPipe ? writeInto(`/proc/self/fd/${descriptor}`, content, patienceMs) : promisify(writeFile)(descriptor, content);
  }
  await new Promise<void>((resolve, reject) => stream.write(content, (error) => (error ? reject(error) : resolve())));
}

/** A reader that has seen enough is no failure. */
async function unlessClosed(writing: Promise<void>): Promise<void> {
  await writing.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
