import { getSystemErrorName } from 'node:util';
import { type ErrorCode, OffheapError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { NativeVerdict } from './binding.ts';
import type { Contradiction } from './counter-checks.ts';

/** A page that cannot be read → the error that says what was expected, what was found and what to do. */
export function toCounterError(file: string, { status, what, expected, found }: NativeVerdict): OffheapError {
  const path = printable(file);
  switch (status) {
    case 'system-error':
      return systemError(path, what, getSystemErrorName(-found));
    case 'not-ready':
      return error(
        'COUNTERS_NOT_READY',
        `Expected ${path} to be a complete counter page; its process is still starting, or died while it did. Try again in a moment.`,
      );
    case 'truncated':
      return error(
        'COUNTERS_TRUNCATED',
        `Expected ${path} to have ${bytes(expected)}, found ${found === 0 ? 'fewer: it was cut while it was being read' : bytes(found)}. Copy or produce the file again.`,
      );
    case 'foreign':
      return error(
        'COUNTERS_FOREIGN',
        `Expected ${path} to be a counter page of offheap (a file PID-N.counters), found something else: its ${what} differs. Give the pid of a process that runs on libmmapalloc.so or behind libmeter.so, or the file it wrote in OFFHEAP_COUNTERS_DIR.`,
      );
    case 'version':
      return error(
        'COUNTERS_VERSION',
        `Expected ${path} to have counter page version ${expected}, found version ${found}. Read it with the offheap whose library wrote it, or restart the process with this offheap's library.`,
      );
    default:
      return toContradictionError(file, { what, expected: String(expected), found: String(found) });
  }
}

/** A page that can be read, and says what cannot be. */
export function toContradictionError(file: string, { what, expected, found }: Contradiction): OffheapError {
  return error(
    'COUNTERS_INVALID',
    `Expected ${what} of ${printable(file)} to be ${expected}, found ${found}. The file is damaged, or was written by an unreleased version: produce it again.`,
  );
}

function systemError(path: string, call: string, name: string): OffheapError {
  if (name === 'ENOENT' || name === 'ENOTDIR') {
    return error(
      'COUNTERS_NOT_FOUND',
      `Expected a counter page at ${path}, found no file. Its name is PID-N.counters in the process's OFFHEAP_COUNTERS_DIR.`,
    );
  }
  if (name === 'EACCES' || name === 'EPERM') {
    return error(
      'NO_PERMISSION',
      `Expected to be allowed to read ${path}, but ${call} says ${name}. ${process.geteuid?.() === 0 ? 'This is root without the capability for it: CAP_DAC_READ_SEARCH or, below /proc, CAP_SYS_PTRACE.' : 'Run as the user who owns it, or as root.'}`,
    );
  }
  return error('COUNTERS_INVALID', `Expected to read ${path}, but ${call} says ${name}.`);
}

function error(code: ErrorCode, message: string): OffheapError {
  return new OffheapError(code, message);
}

function bytes(count: number): string {
  return `${count.toLocaleString('en-US')} bytes`;
}
