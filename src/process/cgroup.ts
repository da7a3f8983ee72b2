import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
}

/** From this value on, a v1 limit means "none": the kernel rounds LONG_MAX down to a page. */
const unlimitedV1 = 2 ** 62;

const ownMount = '/sys/fs/cgroup';

/** The memory cgroup of a process (cgroups(7)), this one by default, v1 or v2; undefined when no memory controller is mounted. */
export function readMemoryCgroup(pid: number | 'self' = 'self'): MemoryCgroup | undefined {
  for (const line of (read(`/proc/${pid}/cgroup`) ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const group = findGroup(pid, controllers.split(','), path);
    if (group) return group;
  }
  return undefined;
}

/**
 * By its path where that is mounted here. In a container it is not: there the group itself is mounted at the root, of this process in its own container, of
 * another process in that one's, and this container's limit is not another's.
 */
function findGroup(pid: number | 'self', controllers: readonly string[], path: string): MemoryCgroup | undefined {
  const readGroup = controllers.includes('memory') ? readV1 : controllers[0] === '' ? readV2 : undefined;
  if (!readGroup) return undefined;
  const isOwn = pid === 'self' || path === '/';
  const mounted = withAncestors(path).filter((group) => isOwn || group !== '/');
  return readGroup(ownMount, mounted) ?? (isOwn ? undefined : readGroup(`/proc/${pid}/root${ownMount}`, withAncestors(path)));
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
  readGroup: (file: ReadFile, folder: string) => MemoryCgroup,
): MemoryCgroup | undefined {
  const groups = paths
    .map((group) => join(mount, group))
    .filter((folder) => read(join(folder, probe)) !== undefined)
    .map((folder) => readGroup((file) => read(join(folder, file)), folder));
  const limits = groups.flatMap(({ limitBytes }) => limitBytes ?? []);
  const [own] = groups;
  if (!own) return undefined;
  const { oomKills, ...found } = groups.find(({ limitBytes }) => limits.length > 0 && limitBytes === Math.min(...limits)) ?? own;
  return own.oomKills === undefined ? found : { ...found, oomKills: own.oomKills };
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
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
