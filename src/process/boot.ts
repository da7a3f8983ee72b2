import { statSync } from 'node:fs';
import { OffheapError } from '../model/errors.ts';
import { readForeignFileSync } from './foreign-file.ts';

const bootIdFile = '/proc/sys/kernel/random/boot_id';

/** A UUID that the kernel makes when it boots: the same start time of two boots is not one moment. @throws OffheapError MISSING_FILE */
export function readBootId(): string {
  try {
    return readForeignFileSync(bootIdFile, 64).trim();
  } catch (error) {
    throw new OffheapError('MISSING_FILE', `Expected the kernel to name its boot in ${bootIdFile}: ${(error as Error).message}.`);
  }
}

/** Of this process, by its inode; undefined where /proc does not tell. */
export function readPidNamespace(): number | undefined {
  return statSync('/proc/self/ns/pid', { throwIfNoEntry: false })?.ino;
}
