import { join } from 'node:path';
import type { GroupWitness } from '../model/oom.ts';
import { printableName } from '../model/printable.ts';
import { unlimitedV1 } from './cgroup.ts';
import { type CgroupVersion, cgroupFiles, eventsOf, figureOf } from './cgroup-files.ts';
import { readGroupFile } from './cgroup-folders.ts';
import { foldersIn } from './group-processes.ts';

const mount = '/sys/fs/cgroup';
const hierarchies: readonly { version: CgroupVersion; folder: string }[] = [
  { version: 1, folder: join(mount, 'memory') },
  { version: 2, folder: mount },
];
/** A node has a few hundred. */
const mostGroups = 4096;

/** A group by its path below the hierarchy, as it is mounted here. */
export interface MountedGroup {
  version: CgroupVersion;
  folder: string;
  path: string;
}

/** Undefined where there is none: it is removed with its container. */
export function findGroup(path: string): MountedGroup | undefined {
  return hierarchies
    .map(({ version, folder }) => ({ version, folder: join(folder, path), path }))
    .find((group) => group.folder.startsWith(mount) && isGroup(group));
}

/** The first group of which `isWanted` says so, of those nearest to the root first. */
export function searchGroup(isWanted: (path: string) => boolean): MountedGroup | undefined {
  for (const { version, folder: top } of hierarchies) {
    if (readGroupFile(top, 'cgroup.procs') === undefined) continue;
    const folders = [top];
    for (let index = 0; index < folders.length; index++) {
      const folder = folders[index] ?? top;
      const group = { version, folder, path: folder.slice(top.length) || '/' };
      if (isWanted(group.path) && isGroup(group)) return group;
      if (folders.length < mostGroups) folders.push(...foldersIn(folder, mostGroups - folders.length));
    }
  }
  return undefined;
}

function isGroup({ version, folder }: MountedGroup): boolean {
  return readGroupFile(folder, cgroupFiles[version].usage) !== undefined;
}

/** What a group's files say now. Those of v1 count kills of its own processes, those of v2 also of the groups below. */
export function countGroup({ version, folder, path }: MountedGroup): GroupWitness {
  const files = cgroupFiles[version];
  const limitBytes = figureOf(readGroupFile(folder, files.limit));
  const usageBytes = figureOf(readGroupFile(folder, files.usage));
  const limitHits =
    version === 1 ? figureOf(readGroupFile(folder, 'memory.failcnt')) : eventsOf(readGroupFile(folder, files.events), 'max');
  return {
    path: printableName(path),
    version,
    ...(limitBytes === undefined || limitBytes >= unlimitedV1 ? {} : { limitBytes }),
    ...(usageBytes === undefined ? {} : { usageBytes }),
    ...(limitHits === undefined ? {} : { limitHits }),
    oomKills: version === 1 ? killsOfV1(folder) : killsOfV2(folder),
  };
}

function killsOfV1(folder: string): GroupWitness['oomKills'] {
  const own = killsIn(folder, 'memory.oom_control');
  let below = 0;
  const folders = foldersIn(folder, mostGroups);
  for (let index = 0; index < folders.length; index++) {
    const child = folders[index] ?? folder;
    below += killsIn(child, 'memory.oom_control') ?? 0;
    if (folders.length < mostGroups) folders.push(...foldersIn(child, mostGroups - folders.length));
  }
  // Before Linux 4.13 nothing is counted.
  return own === undefined ? {} : { own, below };
}

/** memory.events.local is there from Linux 5.2. */
function killsOfV2(folder: string): GroupWitness['oomKills'] {
  const all = killsIn(folder, 'memory.events');
  if (all === undefined) return {};
  const own = killsIn(folder, 'memory.events.local');
  return own === undefined ? { own: all } : { own, below: Math.max(0, all - own) };
}

function killsIn(folder: string, file: string): number | undefined {
  return eventsOf(readGroupFile(folder, file), 'oom_kill');
}
