import { join } from 'node:path';
import type { GroupWitness } from '../model/oom.ts';
import { printableName } from '../model/printable.ts';
import { boundOf, type CgroupVersion, cgroupFiles, eventsOf, figureOf, limitHitsOf } from './cgroup-files.ts';
import { mountedHierarchy, readGroupFile } from './cgroup-folders.ts';
import { walkGroups } from './group-processes.ts';

const hierarchies: readonly { version: CgroupVersion; folder: string }[] = [
  { version: 1, folder: join(mountedHierarchy, 'memory') },
  { version: 2, folder: mountedHierarchy },
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
    .find((group) => group.folder.startsWith(mountedHierarchy) && isGroup(group));
}

/** The first group of which `isWanted` says so, of those nearest to the root first. */
export function searchGroup(isWanted: (path: string) => boolean): MountedGroup | undefined {
  for (const { version, folder: top } of hierarchies) {
    if (readGroupFile(top, 'cgroup.procs') === undefined) continue;
    for (const folder of walkGroups(top, mostGroups)) {
      const group = { version, folder, path: folder.slice(top.length) || '/' };
      if (isWanted(group.path) && isGroup(group)) return group;
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
  const limitBytes = boundOf(readGroupFile(folder, files.limit));
  const usageBytes = figureOf(readGroupFile(folder, files.usage));
  const limitHits = limitHitsOf(version, (file) => readGroupFile(folder, file));
  return {
    path: printableName(path),
    version,
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(usageBytes === undefined ? {} : { usageBytes }),
    ...(limitHits === undefined ? {} : { limitHits }),
    oomKills: version === 1 ? killsOfV1(folder) : killsOfV2(folder),
  };
}

function killsOfV1(folder: string): GroupWitness['oomKills'] {
  const own = killsIn(folder, 'memory.oom_control');
  const [, ...groupsBelow] = walkGroups(folder, 1 + mostGroups);
  const below = groupsBelow.reduce((sum, group) => sum + (killsIn(group, 'memory.oom_control') ?? 0), 0);
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
