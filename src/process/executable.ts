import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { whyNotExecutable } from './noexec.ts';

/** Where execvp(3) of glibc looks when there is no PATH. */
const defaultPath = '/bin:/usr/bin';

/**
 * That a program is there and may be run, as execvp(3) looks for it, before anything is made for it.
 *
 * @throws OffheapError MISSING_FILE
 */
export function requireProgram(program: string, path = process.env['PATH'] ?? defaultPath): void {
  requireCurrentFolder();
  const hasFolder = program.includes('/');
  const places = hasFolder ? [program] : path.split(delimiter).map((folder) => join(folder || '.', program));
  const reasons = program === '' ? [] : places.map(whyNotRun);
  if (reasons.includes(undefined)) return;
  const reason = reasons.find((why) => why !== missing);
  if (reason !== undefined) throw missingFile(`${quote(program)} ${reason}`);
  throw missingFile(
    hasFolder ? `${quote(program)} ${missing}` : `${quote(program)} is in no folder of PATH. Install it, or name it by its path.`,
  );
}

/** @throws OffheapError MISSING_FILE: a program cannot be started in a folder that is gone */
export function requireCurrentFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new OffheapError(
      'MISSING_FILE',
      'Expected a working directory, but the one that offheap was started in has been removed. Change to another one by cd.',
      { cause },
    );
  }
}

const missing = 'does not exist.';

/** Undefined of a program that may be run; else what is said of it, with its cure. */
function whyNotRun(path: string): string | undefined {
  const found = statOf(path);
  if (typeof found === 'string') return found;
  if (found.isDirectory()) return 'is a folder.';
  if (!found.isFile()) return 'is no regular file.';
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return whyNotExecutable(path) === undefined
      ? 'may not be run by this user: see its mode (ls -l), and that of its folders.'
      : 'lies on a file system that is mounted noexec.';
  }
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? missing : `cannot be looked at: ${message}.`;
  }
}

function missingFile(found: string): OffheapError {
  return new OffheapError('MISSING_FILE', `Expected a program that can be started, but ${found}`);
}
