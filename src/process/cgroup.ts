import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readForeignFileSync } from './foreign-file.ts';
import { threadFolder } from './living-thread.ts';
import { readProcSync } from './proc-file.ts';
import { slowMountOf } from './slow-mounts.ts';

export interface MemoryCgroup {
  version: 1 | 2;
  /** Absent when the group has no limit. */
  limitBytes?: number;
  /** What the group uses now, page cache among it. */
  usageBytes?: number;
  /** How many processes of the process's own group the kernel has killed for want of memory; absent on kernels that do not count it. */
  oomKills?: number;
  /** The file that has the group's usage in bytes, page cache included. */
  usageFile: string;
  /** The same file of the process's own group, where the limit in force is one above it. */
  ownUsageFile: string;
}

/** From this value on, a v1 limit means "none": the kernel rounds LONG_MAX down to a page. */
const unlimitedV1 = 2 ** 62;

const ownMount = '/sys/fs/cgroup';
/** memory.events has 100 bytes; a container may have put whatever it likes there. */
const maxFileBytes = 4096;

/** The memory cgroup of a process (cgroups(7)), this one by default, v1 or v2; undefined when no memory controller is mounted. */
export function readMemoryCgroup(pid: number | 'self' = 'self'): MemoryCgroup | undefined {
  const own = readPaths('self');
  for (const [controllers, path] of readPaths(pid)) {
    const group = findGroup(pid, controllers, path, own.get(controllers));
    if (group) return group;
  }
  return undefined;
}

function readGroups(pid: number | 'self'): string {
  try {
    return readProcSync(pid, 'cgroup');
  } catch {
    return '';
  }
}

/** Controllers as the kernel lists them → path. */
function readPaths(pid: number | 'self'): Map<string, string> {
  const lines = readGroups(pid).matchAll(/^\d+:([^:\n]*):(.*)$/gm);
  return new Map([...lines].map(([, controllers = '', path = '']) => [controllers, path]));
}

/**
 * By its path where that is mounted here. In a container it is not: there the container's own group is mounted at the root, which says something about
 * what runs in it, and nothing about a process of another container. That one is asked where it has its root.
 */
function findGroup(pid: number | 'self', controllers: string, path: string, own: string | undefined): MemoryCgroup | undefined {
  const readGroup = controllers.split(',').includes('memory') ? readV1 : controllers === '' ? readV2 : undefined;
  if (!readGroup) return undefined;
  const isInside = path === '/' || (own !== undefined && isWithin(path, own));
  const mounted = withAncestors(path).filter((group) => isInside || group !== '/');
  const group = readGroup(ownMount, mounted);
  if (group || isInside || pid === 'self' || slowMountOf(pid, ownMount)) return group;
  const theirMount = `${threadFolder(pid) ?? `/proc/${pid}`}/root${ownMount}`;
  return isSameFolder(theirMount, ownMount) ? undefined : readGroup(theirMount, withAncestors(path));
}

/** As this process's cgroup namespace sees it, where what is outside of it begins with `/..`. */
function isWithin(path: string, group: string): boolean {
  return group === '/' ? !path.startsWith('/..') : `${path}/`.startsWith(`${group}/`);
}

/** Of a root that may not be entered nothing can be read either. */
function isSameFolder(path: string, otherPath: string): boolean {
  try {
    const [a, b] = [statSync(path), statSync(otherPath)];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

function readV1(mount: string, groups: readonly string[]): MemoryCgroup | undefined {
  return inForce(join(mount, 'memory'), groups, 'memory.usage_in_bytes', (file, folder) => {
    const limit = Number(file('memory.limit_in_bytes'));
    return {
      version: 1,
      usageFile: join(folder, 'memory.usage_in_bytes'),
      ...(limit < unlimitedV1 ? { limitBytes: limit } : {}),
      ...usage(file('memory.usage_in_bytes')),
      ...oomKills(file('memory.oom_control')),
    };
  });
}

function readV2(mount: string, groups: readonly string[]): MemoryCgroup | undefined {
  return inForce(mount, groups, 'memory.current', (file, folder) => {
    const limit = file('memory.max')?.trim();
    return {
      version: 2,
      usageFile: join(folder, 'memory.current'),
      ...(limit && limit !== 'max' ? { limitBytes: Number(limit) } : {}),
      ...usage(file('memory.current')),
      ...oomKills(file('memory.events')),
    };
  });
}

type ReadFile = (file: string) => string | undefined;

/** The group itself, or the one above it with the lowest limit: that one is in force. */
function inForce(
  mount: string,
  paths: readonly string[],
  probe: string,
  readGroup: (file: ReadFile, folder: string) => Omit<MemoryCgroup, 'ownUsageFile'>,
): MemoryCgroup | undefined {
  const groups = paths
    .map((group) => join(mount, group))
    .filter((folder) => read(join(folder, probe)) !== undefined)
    .map((folder) => readGroup((file) => read(join(folder, file)), folder));
  const limits = groups.flatMap(({ limitBytes }) => limitBytes ?? []);
  const [own] = groups;
  if (!own) return undefined;
  const { oomKills, ...found } = groups.find(({ limitBytes }) => limits.length > 0 && limitBytes === Math.min(...limits)) ?? own;
  const ofOwn = { ownUsageFile: own.usageFile, ...(own.oomKills === undefined ? {} : { oomKills: own.oomKills }) };
  return { ...found, ...ofOwn };
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function withAncestors(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return Array.from({ length: parts.length + 1 }, (_, cut) => `/${parts.slice(0, parts.length - cut).join('/')}`);
}

function usage(text: string | undefined): { usageBytes?: number } {
  return text === undefined ? {} : { usageBytes: Number(text) };
}

function oomKills(text: string | undefined): { oomKills?: number } {
  const count = /^oom_kill (\d+)$/m.exec(text ?? '')?.[1];
  return count === undefined ? {} : { oomKills: Number(count) };
}

function read(path: string): string | undefined {
  try {
    return readForeignFileSync(path, maxFileBytes);
  } catch {
    return undefined;
  }
}
