import type { AddressRange } from '../model/address-range.ts';
import { linesOf } from './lines.ts';

/** One line of /proc/PID/maps (proc_pid_maps(5)). Addresses below 2^53 are exact; so are multiples of the page size above. */
export interface MapsEntry extends AddressRange {
  /** `rwxp`, or `s` for shared. */
  perms: string;
  offset: number;
  /** Of the file system, `major:minor` in decimal digits as in mountinfo; `0:0` of anonymous memory. */
  device: string;
  inode: number;
  /** Path or name such as `[heap]` or `[anon:name]`, without ` (deleted)`; empty for anonymous memory. */
  path: string;
  /** The name is gone, or never was one (memfd). */
  deleted: boolean;
}

/** A path may have any byte but a newline, and what JavaScript takes for the end of a line too. */
const entry = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) (\d+)(?: +(.*))?$/s;
const deletedSuffix = ' (deleted)';

/** Undefined for a line of another form. smaps begins each mapping with such a line as well. */
export function parseMapsEntry(line: string): MapsEntry | undefined {
  const match = entry.exec(line);
  if (!match) return undefined;
  const [, start = '', end = '', perms = '', offset = '', major = '', minor = '', inode = '', name = ''] = match;
  const { path, deleted } = parseMappedName(name);
  return {
    start: Number.parseInt(start, 16),
    end: Number.parseInt(end, 16),
    perms,
    offset: Number.parseInt(offset, 16),
    device: `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`,
    inode: Number(inode),
    path,
    deleted,
  };
}

/** What stands behind the inode. */
export function parseMappedName(name: string): Pick<MapsEntry, 'path' | 'deleted'> {
  const deleted = name.endsWith(deletedSuffix);
  const path = deleted ? name.slice(0, -deletedSuffix.length) : name;
  // The kernel escapes nothing but a newline, and not even the backslash: a name that holds `\012` itself reads as a newline.
  return { path: path.includes('\\012') ? path.replaceAll('\\012', '\n') : path, deleted };
}

/** In the kernel's order, which is by address. Lines it does not know are left out. */
export function parseMaps(text: string): MapsEntry[] {
  return [...linesOf(text)].flatMap((line) => parseMapsEntry(line) ?? []);
}

/** Paths of all files mapped into a process, from the text of /proc/PID/maps. */
export function parseMappedFiles(text: string): Set<string> {
  // Most of 60,000 mappings are of no file.
  const lines = [...linesOf(text)].filter((line) => line.includes(' /'));
  return new Set(lines.flatMap((line) => parseMapsEntry(line)?.path ?? []).filter((path) => path.startsWith('/')));
}

/** Whether a process with these files mapped is a JVM: every launcher of HotSpot maps this library. */
export function isMappedByJvm(files: Iterable<string>): boolean {
  return [...files].some((path) => path.endsWith('/libjvm.so'));
}

/** Whether that JVM is OpenJ9: its libjvm.so leads to this library (openj9: runtime/redirector). */
export function isMappedByOpenJ9(files: Iterable<string>): boolean {
  return [...files].some((path) => /\/libj9vm\d+\.so$/.test(path));
}
