import { statSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupFiles } from './cgroup-files.ts';
import { readForeignFileSync } from './foreign-file.ts';
import { threadFolder } from './living-thread.ts';
import { readProcSync } from './proc-file.ts';
import { slowMountOf } from './slow-mounts.ts';

/** The memory cgroups of a process as folders: its own first, then each above it that is to be seen from here. */
export interface GroupFolders {
  version: 1 | 2;
  folders: [GroupFolder, ...GroupFolder[]];
}

export interface GroupFolder {
  /** As it can be opened from here. */
  folder: string;
  /** Below the mounted hierarchy: `/` for what is mounted, which in a container is the container's own group. */
  path: string;
}

/** Of cgroups: of v2, and of v1 with a folder for each controller. */
export const mountedHierarchy = '/sys/fs/cgroup';
/** memory.stat of Linux 6.18 has 2 KiB; a container may have put whatever it likes there. */
const maxFileBytes = 16 * 1024;

/** The groups of a process (cgroups(7)), v1 or v2; undefined when no memory controller is mounted. */
export function findGroupFolders(pid: number | 'self'): GroupFolders | undefined {
  const own = readPaths('self');
  for (const [controllers, path] of readPaths(pid)) {
    const found = findBelowMount(pid, controllers, path, own.get(controllers));
    if (found) return found;
  }
  return undefined;
}

/** Whether a folder below the root of a process lies where nobody but the kernel answers. What is mounted here, for everybody, is not doubted. */
export function isOfKernel(pid: number, folder: string): boolean {
  const theirPath = /^\/proc\/\d+(?:\/task\/\d+)?\/root(\/.*)$/.exec(folder)?.[1];
  return theirPath === undefined || slowMountOf(pid, theirPath) === undefined;
}

/** A file of a group as text; undefined where the kernel has no such file. */
export function readGroupFile(folder: string, file: string): string | undefined {
  try {
    return readForeignFileSync(join(folder, file), maxFileBytes);
  } catch {
    return undefined;
  }
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
function findBelowMount(
  pid: number | 'self',
  controllers: string,
  path: string,
  own: string | undefined,
): GroupFolders | undefined {
  const version = controllers.split(',').includes('memory') ? 1 : controllers === '' ? 2 : undefined;
  if (!version) return undefined;
  const isInside = path === '/' || (own !== undefined && isWithin(path, own));
  const mounted = withAncestors(path).filter((group) => isInside || group !== '/');
  const found = existing(version, mountedHierarchy, mounted);
  if (found || isInside || pid === 'self' || slowMountOf(pid, mountedHierarchy)) return found;
  const theirMount = `${threadFolder(pid) ?? `/proc/${pid}`}/root${mountedHierarchy}`;
  if (isSameFolder(theirMount, mountedHierarchy)) return undefined;
  return existing(version, theirMount, withAncestors(path), (folder) => isOfKernel(pid, folder));
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

/** Those that are there: each memory cgroup but the root of v2 has the file of its usage. */
function existing(
  version: 1 | 2,
  mount: string,
  paths: readonly string[],
  mayBeRead: (folder: string) => boolean = () => true,
): GroupFolders | undefined {
  const hierarchy = version === 1 ? join(mount, 'memory') : mount;
  const [own, ...above] = paths
    .map((path) => ({ path, folder: join(hierarchy, path) }))
    .filter(({ folder }) => mayBeRead(folder) && readGroupFile(folder, cgroupFiles[version].usage) !== undefined);
  return own && { version, folders: [own, ...above] };
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function withAncestors(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return Array.from({ length: parts.length + 1 }, (_, cut) => `/${parts.slice(0, parts.length - cut).join('/')}`);
}
