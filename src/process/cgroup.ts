import { join } from 'node:path';
import { boundOf, cgroupFiles, eventsOf, figureOf } from './cgroup-files.ts';
import { findGroupFolders, type GroupFolder, type GroupFolders, readGroupFile } from './cgroup-folders.ts';

export interface MemoryCgroup extends Omit<GroupLevel, 'usageFile'> {
  version: 1 | 2;
  /** How many processes of the process's own group the kernel has killed for want of memory; absent on kernels that do not count it. */
  oomKills?: number;
  /** The file that has the group's usage in bytes, page cache included. */
  usageFile: string;
  /** The same file of the process's own group, where the limit in force is one above it. */
  ownUsageFile: string;
  /** The process's own group and each above it that has a limit or memory.high, own first. */
  levels: GroupLevel[];
}

/** One group on the way up. */
export interface GroupLevel extends GroupFolder {
  /** Absent when the group has no limit. */
  limitBytes?: number;
  /** From here on the kernel slows its processes down and takes memory back; v2 only. */
  highBytes?: number;
  /** What the group uses now, page cache among it. */
  usageBytes?: number;
  usageFile: string;
}

/** The memory cgroup of a process, this one by default: its own, or the one above it with the lowest limit. Undefined when no memory controller is mounted. */
export function readMemoryCgroup(pid: number | 'self' = 'self'): MemoryCgroup | undefined {
  const found = findGroupFolders(pid);
  return found && readGroups(found);
}

/** The same of groups that were found. */
export function readGroups({ version, folders }: GroupFolders): MemoryCgroup {
  const own = readLevel(version, folders[0]);
  const levels = [own, ...folders.slice(1).map((folder) => readLevel(version, folder))].filter(
    (level) => level === own || level.limitBytes !== undefined || level.highBytes !== undefined,
  );
  const oomKills = eventsOf(readGroupFile(own.folder, cgroupFiles[version].events), 'oom_kill');
  return {
    ...(lowestBy(levels, 'limitBytes') ?? own),
    version,
    ownUsageFile: own.usageFile,
    ...(oomKills === undefined ? {} : { oomKills }),
    levels,
  };
}

function readLevel(version: 1 | 2, group: GroupFolder): GroupLevel {
  const { usage, limit } = cgroupFiles[version];
  const usageBytes = figureOf(readGroupFile(group.folder, usage));
  const limitBytes = boundOf(readGroupFile(group.folder, limit));
  const highBytes = version === 2 ? boundOf(readGroupFile(group.folder, 'memory.high')) : undefined;
  return {
    ...group,
    usageFile: join(group.folder, usage),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(highBytes === undefined ? {} : { highBytes }),
    ...(usageBytes === undefined ? {} : { usageBytes }),
  };
}

/** The first of those with the lowest bound of a kind; undefined where none has one. */
export function lowestBy(levels: readonly GroupLevel[], bound: 'limitBytes' | 'highBytes'): GroupLevel | undefined {
  const bounds = levels.flatMap((level) => level[bound] ?? []);
  return levels.find((level) => level[bound] !== undefined && level[bound] === Math.min(...bounds));
}
