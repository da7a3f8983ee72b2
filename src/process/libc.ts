import { existsSync, readdirSync } from 'node:fs';
import type { Libc } from '../model/libc.ts';
import { libcOfFiles } from '../parse/libc.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { isStandalone } from './paths.ts';
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

/** How the kernel finds the dynamic linker of a program on glibc (its ABI's name), for both kinds of machines. */
const glibcLinkers = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'];
const muslLinker = /^ld-musl-.*\.so\.1$/;

/** The libc of programs of this machine: that of Node, unless it is part of the single executable, which has its own. */
export function programLibc(): Libc {
  if (!isStandalone) return ownLibc();
  if (glibcLinkers.some((path) => existsSync(path))) return 'glibc';
  return listFolder('/lib').some((name) => muslLinker.test(name)) ? 'musl' : 'glibc';
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A root without it.
    return [];
  }
}
