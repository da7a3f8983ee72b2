import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { parseStat } from '../parse/proc-stat.ts';

/**
 * Paths through which the counter pages of a running process may be opened, best first. Empty when it has none. A page is a file that the
 * process has mapped shared and writable: a named one, or a memfd whose descriptor it keeps.
 */
export function counterPagePaths(pid: number): string[] {
  const pages = readProc(pid, () => parsePageMappings(readFileSync(`/proc/${pid}/maps`, 'utf8')));
  return pages.flatMap((page) => {
    const paths = page.deleted ? readProc(pid, () => descriptorsOf(pid, page.inode)) : [`/proc/${pid}/root${page.path}`];
    // Opens the mapping itself, whatever became of the file's name and descriptor; only for root (CAP_CHECKPOINT_RESTORE).
    return [...paths, `/proc/${pid}/map_files/${page.range}`];
  });
}

/** Field 22 of /proc/PID/stat: clock ticks since boot. Undefined when there is no such process, or only its zombie. */
export function processStartTime(pid: number): number | undefined {
  try {
    const fields = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return fields.state === 'Z' || fields.state === 'X' ? undefined : fields.startTime;
  } catch {
    return undefined;
  }
}

/** Whether a process writes a page of this file's name; one that may not be looked at is believed to. */
export function mapsPage(pid: number, path: string): boolean {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
    return parsePageMappings(maps).some((page) => basename(page.path) === basename(path));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

export interface PageMapping {
  /** As /proc/PID/map_files names it. */
  range: string;
  inode: number;
  /** As the process sees it. */
  path: string;
  /** The name is gone, or never was one (memfd). */
  deleted: boolean;
}

/** The lines of /proc/PID/maps that are counter pages which the process itself writes. */
export function parsePageMappings(maps: string): PageMapping[] {
  const pages: PageMapping[] = [];
  for (const line of maps.split('\n')) {
    const match = /^0*([0-9a-f]+)-0*([0-9a-f]+) rw-s 0+ \S+ (\d+)\s+(\/.*?)( \(deleted\))?$/.exec(line);
    const path = match?.[4]?.replaceAll('\\012', '\n') ?? '';
    if (!match || !(path.endsWith('.counters') || path === '/memfd:offheap-counters')) continue;
    pages.push({ range: `${match[1]}-${match[2]}`, inode: Number(match[3]), path, deleted: match[5] !== undefined });
  }
  return pages;
}

function descriptorsOf(pid: number, inode: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder)
    .map((name) => `${folder}/${name}`)
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.ino === inode);
}

function readProc<T>(pid: number, read: () => T): T {
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
      throw new OffheapError(
        'NO_PERMISSION',
        `Expected to be allowed to inspect process ${pid}, but it belongs to another user. Run as that user, or as root.`,
        { cause },
      );
    }
    throw cause;
  }
}
