import { opendirSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { linesOf } from '../parse/lines.ts';
import { type MapsEntry, parseMapsEntry } from '../parse/maps.ts';
import { parseStat } from '../parse/proc-stat.ts';
import { livingThread } from '../process/living-thread.ts';
import { readProcSync } from '../process/proc-file.ts';
import { explainRefusal } from '../process/ptrace-permission.ts';
import { slowMountOf } from '../process/slow-mounts.ts';
import { targetPath } from '../process/target-path.ts';

/**
 * Paths through which the counter pages of a running process may be opened, best first. Empty when it has none. A page is a file that the
 * process has mapped shared and writable: a named one, or a memfd whose descriptor it keeps.
 */
export function counterPagePaths(pid: number): string[] {
  const pages = explained(pid, () => parsePageMappings(readProcSync(pid, 'maps')));
  if (pages.length === 0) return [];
  const folder = `/proc/${livingThread(pid) ?? pid}`;
  return pages.flatMap((page) => {
    const found = targetPath(pid, page.path);
    if (slowMountOf(pid, found?.inside ?? page.path)) return [];
    const named = found ? [found.path] : [];
    const paths = page.deleted ? explained(pid, () => descriptorsOf(folder, page)) : named;
    // Opens the mapping itself, whatever became of the file's name and descriptor; only for root (CAP_CHECKPOINT_RESTORE).
    return [...paths, `${folder}/map_files/${rangeOf(page)}`];
  });
}

/** Field 22 of /proc/PID/stat: clock ticks since boot. Undefined when there is no such process, or only its zombie. */
export function processStartTime(pid: number): number | undefined {
  try {
    const fields = parseStat(readProcSync(pid, 'stat'));
    return fields.state === 'Z' || fields.state === 'X' ? undefined : fields.startTime;
  } catch {
    return undefined;
  }
}

/** Whether a process writes a page of this file's name; one that may not be looked at is believed to. */
export function mapsPage(pid: number, path: string): boolean {
  try {
    const maps = readProcSync(pid, 'maps');
    return parsePageMappings(maps).some((page) => basename(page.path) === basename(path));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

const memfdPath = '/memfd:offheap-counters';
/** A process has one page of each library, and of its parent until it has its own: who maps more does it to keep us busy. */
export const maxPages = 16;
/** Looked through for a page without a name: 5 µs each. */
const maxDescriptors = 65_536;

/** The mappings in the text of /proc/PID/maps that are counter pages which the process itself writes. */
export function parsePageMappings(maps: string): MapsEntry[] {
  // Some processes have 60,000 mappings, and nearly none is a page.
  const lines = [...linesOf(maps)].filter((line) => line.includes('.counters') || line.includes(memfdPath));
  return lines
    .flatMap((line) => parseMapsEntry(line) ?? [])
    .filter(isCounterPage)
    .slice(0, maxPages);
}

/** Whether a mapping is a counter page that its process writes. */
export function isCounterPage({ path, perms, offset }: MapsEntry): boolean {
  const isNamed = (path.startsWith('/') && path.endsWith('.counters')) || path === memfdPath;
  return isNamed && perms === 'rw-s' && offset === 0;
}

/** As /proc/PID/map_files names a mapping. */
function rangeOf({ start, end }: MapsEntry): string {
  return `${start.toString(16)}-${end.toString(16)}`;
}

/** By what their links say first: to look at a file of another name might be to wait for it. */
function descriptorsOf(procFolder: string, { path, inode }: MapsEntry): string[] {
  const folder = opendirSync(`${procFolder}/fd`);
  const found: string[] = [];
  try {
    for (let count = 0; count < maxDescriptors; count++) {
      const entry = folder.readSync();
      if (!entry) break;
      const descriptor = `${procFolder}/fd/${entry.name}`;
      if (isLinkTo(descriptor, `${path} (deleted)`) && statSync(descriptor, { throwIfNoEntry: false })?.ino === inode)
        found.push(descriptor);
    }
  } finally {
    folder.closeSync();
  }
  return found;
}

/** It may have been closed meanwhile. */
function isLinkTo(link: string, target: string): boolean {
  try {
    return readlinkSync(link) === target;
  } catch {
    return false;
  }
}

function explained<T>(pid: number, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') {
      throw new OffheapError('NO_SUCH_PROCESS', `Expected a running process ${pid}, found none. List them: jps -l, or ps -e`, {
        cause,
      });
    }
    if (code === 'EACCES' || code === 'EPERM') {
      const { why, cure } = explainRefusal(pid, 'read');
      throw new OffheapError('NO_PERMISSION', `Expected to be allowed to inspect process ${pid}, but ${why}. ${cure}`, { cause });
    }
    throw cause;
  }
}
