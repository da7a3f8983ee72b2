import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { type CgroupVersion, cgroupFiles, eventsOf, figureOf } from './cgroup-files.ts';
import { canJoin } from './join-group.ts';

/** How long the kernel may take to let go of a group whose processes have been killed. */
const removalMs = 5000;

/** A memory cgroup made for one run of a program, with nothing else in it. */
export interface LimitedGroup {
  /** What offheap watches for, should it be killed itself: the group is removed when its processes are gone. */
  folder: string;
  /** Writing 0 into it moves the writer into the group. */
  procsFile: string;
  /** Its usage in bytes, page cache of the program included. */
  usageFile: string;
  /** Ids of the processes in it; none once it is removed. */
  pids(): number[];
  /** Processes of the group that the kernel has killed at the limit. */
  oomKills(): number | undefined;
  /** The most it has used, page cache included: at the limit this is the limit. Absent before Linux 5.19 on v2. */
  peakBytes(): number | undefined;
  /** Kills what is left in it and removes it. */
  remove(): Promise<void>;
}

/**
 * Makes a group of its own below `parent` with a limit, or without one. Swap is closed to it, where the kernel accounts for swap: a program that
 * swaps survives any limit.
 *
 * @throws OffheapError NO_PERMISSION
 */
export function makeLimitedGroup(
  { version, folder: parent }: { version: CgroupVersion; folder: string },
  name: string,
  limitBytes?: number,
): LimitedGroup {
  const folder = join(parent, name);
  const names = cgroupFiles[version];
  try {
    mkdirSync(folder);
    if (limitBytes !== undefined) writeFileSync(join(folder, names.limit), String(limitBytes));
    closeSwap(version, folder, limitBytes);
  } catch (error) {
    removeEmpty(folder);
    throw new OffheapError('NO_PERMISSION', `Expected to make the memory cgroup ${folder}: ${(error as Error).message}.`);
  }
  return {
    folder,
    procsFile: join(folder, 'cgroup.procs'),
    usageFile: join(folder, names.usage),
    pids: () => pidsIn(readText(join(folder, 'cgroup.procs')) ?? ''),
    oomKills: () => eventsOf(readText(join(folder, names.events)), 'oom_kill'),
    peakBytes: () => figureOf(readText(join(folder, names.peak))),
    remove: () => remove(folder),
  };
}

/** What the kernel refuses: that a group has a limit, or that a process of this one is in it. */
export type GroupObstacle = 'limit' | 'join';

/**
 * What is in the way of running programs in groups with a limit below a folder, found by trying. Undefined where nothing is.
 *
 * @throws OffheapError MISSING_FILE without a shell
 */
export function obstacleBelow(version: CgroupVersion, folder: string, name: string): GroupObstacle | undefined {
  let group: LimitedGroup;
  try {
    group = makeLimitedGroup({ version, folder }, name, 2 ** 40);
  } catch {
    return 'limit';
  }
  try {
    const isLimited = existsSync(join(group.folder, cgroupFiles[version].limit)) && existsSync(group.usageFile);
    if (!isLimited) return 'limit';
    return canJoin(group.procsFile) ? undefined : 'join';
  } finally {
    removeEmpty(group.folder);
  }
}

function closeSwap(version: CgroupVersion, folder: string, limitBytes: number | undefined): void {
  const [file, value] = version === 2 ? ['memory.swap.max', 0] : ['memory.memsw.limit_in_bytes', limitBytes];
  // Absent where the kernel does not account for swap.
  if (value !== undefined && existsSync(join(folder, file))) writeFileSync(join(folder, file), String(value));
}

async function remove(folder: string): Promise<void> {
  const giveUpAt = performance.now() + removalMs;
  while (!removeEmpty(folder) && performance.now() < giveUpAt) {
    killAll(readText(join(folder, 'cgroup.procs')) ?? '');
    await delay(20);
  }
}

/** A process that is dying stays a member for a moment, and the group cannot be removed until then. */
function killAll(members: string): void {
  for (const pid of pidsIn(members)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** A process of another pid namespace is listed as 0. */
function pidsIn(members: string): number[] {
  return members
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

/** True when the folder is gone. */
function removeEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
