import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MemoryCgroup {
  version: 1 | 2;
  /** Absent when the group has no limit. */
  limitBytes?: number;
  /** How many processes of the group the kernel has killed for want of memory; absent on kernels that do not count it. */
  oomKills?: number;
  /** The file that has the group's usage in bytes, page cache included. */
  usageFile: string;
}

/** From this value on, a v1 limit means "none": the kernel rounds LONG_MAX down to a page. */
const unlimitedV1 = 2 ** 62;

/** The memory cgroup of this process (cgroups(7)), v1 or v2; undefined when no memory controller is mounted. */
export function readMemoryCgroup(): MemoryCgroup | undefined {
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const group = controllers.split(',').includes('memory') ? readV1(path) : controllers === '' ? readV2(path) : undefined;
    if (group) return group;
  }
  return undefined;
}

function readV1(path: string): MemoryCgroup | undefined {
  const folder = folderOf('/sys/fs/cgroup/memory', path, 'memory.limit_in_bytes');
  if (folder === undefined) return undefined;
  const limit = Number(read(join(folder, 'memory.limit_in_bytes')));
  return {
    version: 1,
    usageFile: join(folder, 'memory.usage_in_bytes'),
    ...(limit < unlimitedV1 ? { limitBytes: limit } : {}),
    ...oomKills(read(join(folder, 'memory.oom_control'))),
  };
}

function readV2(path: string): MemoryCgroup | undefined {
  const folder = folderOf('/sys/fs/cgroup', path, 'memory.current');
  if (folder === undefined) return undefined;
  const limit = read(join(folder, 'memory.max'))?.trim();
  return {
    version: 2,
    usageFile: join(folder, 'memory.current'),
    ...(limit && limit !== 'max' ? { limitBytes: Number(limit) } : {}),
    ...oomKills(read(join(folder, 'memory.events'))),
  };
}

/** Inside a container the path of /proc/self/cgroup is the host's, and the group itself is mounted at the root. */
function folderOf(mount: string, path: string, probe: string): string | undefined {
  return [join(mount, path), mount].find((candidate) => read(join(candidate, probe)) !== undefined);
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
