import type { Libc } from '../model/libc.ts';
import { libcOfFiles } from '../parse/libc.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { readProcSync } from './proc-file.ts';

/** The libc of a process, by the files that it maps; undefined of a static program, and of one that has ended or may not be looked at. */
export function libcOf(pid: number | 'self'): Libc | undefined {
  try {
    return libcOfFiles(parseMappedFiles(readProcSync(pid, 'maps')));
  } catch {
    return undefined;
  }
}

let own: Libc | undefined;

/** The libc that this Node runs on. Not by process.report, which takes 10 ms. */
export function ownLibc(): Libc {
  own ??= libcOf('self') ?? 'glibc';
  return own;
}
