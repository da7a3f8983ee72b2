import { getSystemErrorName } from 'node:util';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import type { NativeInspectVerdict } from './binding.ts';

/** What the program is of this process. */
const ownMachine = `${process.arch === 'x64' ? 'x86-64' : process.arch}, 64 bits`;

/** Why a core file cannot be read, or malloc in it, as a sentence with its cure. */
export function toCoreError(path: string, { status, what, error }: Omit<NativeInspectVerdict, 'inspection'>): OffheapError {
  const file = quote(path);
  switch (status) {
    case 'no-core':
      return new OffheapError(
        'INVALID_FILE',
        `Expected ${file} to be a core file, but it lacks ${what}. See what it is: readelf -h ${file}`,
      );
    case 'other-machine':
      return new OffheapError(
        'INVALID_FILE',
        `Expected a core file of this machine’s kind (${ownMachine}), found one of ${what} at ${file}. Run offheap doctor on such a machine, in any distribution.`,
      );
    case 'not-glibc':
      return new OffheapError(
        'NOT_GLIBC',
        'The program uses no malloc of glibc (musl, Go or another allocator), or the list of its files is not in the core.',
      );
    case 'no-main-arena':
      return new OffheapError(
        'INSPECT_FAILED',
        `${what} was not found in the core: it was cut before it, or was written without private memory (bit 0 of /proc/PID/coredump_filter), or glibc is of another make than 2.17 to 2.43 for 64 bits.`,
      );
    case 'too-large':
      return new OffheapError('INSPECT_FAILED', `The core file ${file} has more ${what} than are read.`);
    case 'deadline':
      return new OffheapError(
        'INSPECT_FAILED',
        `The core file ${file} could not be read in the time for it: ${what} was not finished. Put it on a faster disk.`,
      );
    case 'no-memory':
      return new OffheapError('INSPECT_FAILED', `Expected memory to read the core file ${file} with, got none.`);
    default:
      return new OffheapError('MISSING_FILE', `Expected to read the core file ${file}, but ${reasonOf(what, error)}.`);
  }
}

function reasonOf(what: string, error: number): string {
  return error === 0 ? `${what} failed` : `${what} failed with ${getSystemErrorName(-error)}`;
}
