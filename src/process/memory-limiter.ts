import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { readMemoryCgroup } from './cgroup.ts';
import type { CgroupVersion } from './cgroup-files.ts';
import { mountedHierarchy, readGroupFile } from './cgroup-folders.ts';
import { type GroupObstacle, type LimitedGroup, makeLimitedGroup, obstacleBelow } from './limited-group.ts';

/** Makes groups with real limits, one after another. */
export interface MemoryLimiter {
  version: CgroupVersion;
  /** Below which the groups are made. */
  folder: string;
  makeGroup(limitBytes?: number): LimitedGroup;
  /** Undoes what was needed to make groups. */
  close(): void;
}

const inDocker = 'in Docker: docker run --rm --user 0 --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup IMAGE fit …';

/** Nobody who is root is told to become it: what he lacks is a file system of cgroups that may be written to. */
export function limiterCure(version: CgroupVersion, isRoot = process.geteuid?.() === 0): string {
  if (isRoot) return `Run it on the host, or ${inDocker}.`;
  if (version === 1) return `Run it as root, or ${inDocker}.`;
  return `Run it in a scope of yours: systemd-run --user --scope --quiet offheap fit …; or as root; or ${inDocker}.`;
}

/**
 * Finds where this process may limit the memory of others: below its own memory cgroup, or beside it, in whose limits both stay.
 *
 * @param own the version and folder of the own group; found by default.
 * @throws OffheapError NO_PERMISSION where neither can be written; MISSING_FILE without a shell
 */
export function findMemoryLimiter(own: { version: CgroupVersion; folder: string } | undefined = ownGroup()): MemoryLimiter {
  if (!own) {
    throw new OffheapError(
      'NO_PERMISSION',
      `Expected a memory cgroup to limit programs with, found none mounted. ${limiterCure(2)}`,
    );
  }
  const { version, folder } = own;
  const name = `offheap-fit-${process.pid}`;
  const obstacles = new Set<GroupObstacle>();
  const serves = (place: string) => {
    const obstacle = obstacleBelow(version, place, name);
    if (obstacle) obstacles.add(obstacle);
    return obstacle === undefined;
  };
  if (serves(folder)) return limiterOf(version, folder, name);
  if (version === 2) {
    // A group with processes of its own cannot have limited ones below it: beside it they can be.
    const beside = dirname(folder);
    if (existsSync(join(beside, 'cgroup.procs')) && serves(beside)) return limiterOf(version, beside, name);
    const restore = makeRoomBelow(folder);
    if (restore && serves(folder)) return limiterOf(version, folder, name, restore);
    restore?.();
  }
  if (obstacles.has('join')) {
    throw new OffheapError(
      'NO_PERMISSION',
      `Expected to run a program in a memory cgroup (v${version}) below ${folder}, but no process from here may enter one. It is outside of this cgroup namespace, or another user's. ${limiterCure(version)}`,
    );
  }
  throw new OffheapError(
    'NO_PERMISSION',
    `Expected to make a memory cgroup (v${version}) below ${folder}, which is not allowed here. ${limiterCure(version)}`,
  );
}

function limiterOf(version: CgroupVersion, folder: string, name: string, close = () => {}): MemoryLimiter {
  let made = 0;
  const makeGroup = (limitBytes?: number) => makeLimitedGroup({ version, folder }, `${name}-${++made}`, limitBytes);
  return { version, folder, makeGroup, close };
}

function ownGroup(): { version: CgroupVersion; folder: string } | undefined {
  const group = readMemoryCgroup();
  if (group) return { version: group.version, folder: dirname(group.ownUsageFile) };
  // The root of v2 has no usage of its own, and groups with limits below it.
  const handedDown = readGroupFile(mountedHierarchy, 'cgroup.subtree_control')?.split(/\s+/) ?? [];
  return handedDown.includes('memory') ? { version: 2, folder: mountedHierarchy } : undefined;
}

/**
 * The "no internal processes" rule of v2: a group hands the memory controller down only when its processes are all in leaves. So they move to one.
 * Returns how to undo that; undefined where it is not allowed.
 */
function makeRoomBelow(folder: string): (() => void) | undefined {
  const leaf = join(folder, `offheap-${process.pid}`);
  const control = join(folder, 'cgroup.subtree_control');
  const restore = () => {
    attempt(() => writeFileSync(control, '-memory'));
    moveAll(leaf, folder);
    attempt(() => rmdirSync(leaf));
  };
  try {
    mkdirSync(leaf);
    moveAll(folder, leaf);
    writeFileSync(control, '+memory');
    return restore;
  } catch {
    restore();
    return undefined;
  }
}

function moveAll(from: string, to: string): void {
  const members = attempt(() => readFileSync(join(from, 'cgroup.procs'), 'utf8')) ?? '';
  // A process may end while it is moved.
  for (const pid of members.split('\n').filter(Boolean)) attempt(() => writeFileSync(join(to, 'cgroup.procs'), pid));
}

function attempt<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
