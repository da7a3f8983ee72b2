import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { OffheapError } from '../model/errors.ts';
import { isWritable } from '../process/writable.ts';

/** Replaces a file as a whole or not at all, in the user's folder or a new one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, text);
  } catch (error) {
    throw writeFailure(path, (error as Error).message);
  }
}

/** Fails before the work is done rather than after it, when its result could not be kept. */
export async function requireWritable(path: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw writeFailure(path, error.message);
  });
  if (!isWritable(folder)) throw writeFailure(path, `${folder} is not writable`);
}

function writeFailure(path: string, cause: string): OffheapError {
  return new OffheapError('WRITE_FAILED', `Could not write ${path}: ${cause}. Name another file by --output or --results.`);
}
