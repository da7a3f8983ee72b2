import type { Pressure } from '../model/container.ts';
import { type MemoryStat, parseMemoryStat } from '../parse/memory-stat.ts';
import { parsePressure } from '../parse/pressure.ts';
import { type GroupLevel, lowestBy, type MemoryCgroup, readMemoryCgroup } from './cgroup.ts';
import { eventsOf, figureOf, limitHitsOf, unlimitedV1 } from './cgroup-files.ts';
import { readGroupFile } from './cgroup-folders.ts';

/** The memory of the group whose limit a process reaches first. */
export interface GroupMemory {
  version: 1 | 2;
  /** That group; the process's own where there is no limit. */
  binding: GroupLevel;
  /** The process's own group and each above it that has a limit or memory.high, own first. */
  levels: GroupLevel[];
  stat?: MemoryStat;
  /** v1: of all memory that the kernel uses for the group. v2 has it in `stat`. */
  kernelBytes?: number;
  swap: GroupSwap;
  /** How often the usage reached the limit. */
  limitHits?: number;
  /** How many processes of the process's own group the kernel has killed. */
  oomKills?: number;
  /** How often the usage passed memory.high. */
  highHits?: number;
  /** v2: where the kernel counts it. */
  pressure?: Pressure;
}

/** What is absent is not told: a kernel that does not account for swap has no limit of it either. */
export interface GroupSwap {
  usedBytes?: number;
  /** What the group may still swap out; absent where nothing limits that. 0 where it may not swap. */
  freeBytes?: number;
}

/**
 * The group of a process whose limit is reached first: siblings may fill a group above although its limit is higher. Undefined when no memory controller
 * is mounted.
 */
export function readGroupMemory(pid: number): GroupMemory | undefined {
  const cgroup = readMemoryCgroup(pid);
  return cgroup && toGroupMemory(cgroup);
}

/** The same of a group that was read. */
export function toGroupMemory({ version, levels, oomKills, ...lowest }: MemoryCgroup): GroupMemory {
  // Where nothing limits, what slows the processes down first.
  const binding = bindingOf(version, levels) ?? lowestBy(levels, 'highBytes') ?? lowest;
  const file = (name: string) => readGroupFile(binding.folder, name);
  const stat = readStat(version, binding.folder);
  const kernelBytes = version === 1 ? figureOf(file('memory.kmem.usage_in_bytes')) : undefined;
  const limitHits = limitHitsOf(version, file);
  const highHits = version === 1 ? undefined : eventsOf(file('memory.events'), 'high');
  const pressure = version === 1 ? undefined : parsePressure(file('memory.pressure') ?? '');
  const swap = version === 1 ? swapOfV1(file, binding, stat) : swapOfV2(file, levels);
  return {
    version,
    binding,
    levels,
    ...(stat ? { stat } : {}),
    ...(kernelBytes === undefined ? {} : { kernelBytes }),
    swap,
    ...(limitHits === undefined ? {} : { limitHits }),
    ...(oomKills === undefined ? {} : { oomKills }),
    ...(highHits === undefined ? {} : { highHits }),
    ...(pressure ? { pressure } : {}),
  };
}

/** Of several limits the one with the least room up to it, after page cache has been dropped. Of equal ones the lowest group. */
function bindingOf(version: 1 | 2, levels: readonly GroupLevel[]): GroupLevel | undefined {
  const limited = levels.filter(({ limitBytes }) => limitBytes !== undefined);
  if (limited.length < 2) return limited[0];
  const withRoom = limited.map((level) => ({ level, roomBytes: roomOf(version, level) }));
  return withRoom.reduce((least, next) => (next.roomBytes < least.roomBytes ? next : least)).level;
}

function roomOf(version: 1 | 2, { folder, limitBytes = 0, usageBytes = 0 }: GroupLevel): number {
  const stat = readStat(version, folder);
  return limitBytes - usageBytes + (stat ? stat.activeFileBytes + stat.inactiveFileBytes : 0);
}

function readStat(version: 1 | 2, folder: string): MemoryStat | undefined {
  const text = readGroupFile(folder, 'memory.stat');
  return text === undefined ? undefined : parseMemoryStat(text, version);
}

type ReadFile = (name: string) => string | undefined;

/** `memsw` bounds memory and swap together, so memory that is swapped out moves nothing in it. */
function swapOfV1(file: ReadFile, { limitBytes = 0 }: GroupLevel, stat: MemoryStat | undefined): GroupSwap {
  const bothBytes = figureOf(file('memory.memsw.limit_in_bytes'));
  const usedBytes = stat?.swapBytes;
  const used = usedBytes === undefined ? {} : { usedBytes };
  // 0 keeps the kernel from swapping out what a limit of v1 presses for.
  if (figureOf(file('memory.swappiness')) === 0) return { ...used, freeBytes: 0 };
  if (bothBytes === undefined || bothBytes >= unlimitedV1) return used;
  return { ...used, freeBytes: Math.max(0, bothBytes - limitBytes - (usedBytes ?? 0)) };
}

/** memory.swap.max of the group and of those above with a limit. */
function swapOfV2(file: ReadFile, levels: readonly GroupLevel[]): GroupSwap {
  const usedBytes = figureOf(file('memory.swap.current'));
  const free = levels.flatMap(({ folder }) => {
    const mayBytes = figureOf(readGroupFile(folder, 'memory.swap.max'));
    const swappedBytes = figureOf(readGroupFile(folder, 'memory.swap.current'));
    return mayBytes === undefined || swappedBytes === undefined ? [] : [Math.max(0, mayBytes - swappedBytes)];
  });
  return { ...(usedBytes === undefined ? {} : { usedBytes }), ...(free.length === 0 ? {} : { freeBytes: Math.min(...free) }) };
}
