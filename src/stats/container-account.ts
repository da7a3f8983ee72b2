import type { ContainerAccount, ContainerPart, GroupProcess } from '../model/container.ts';
import type { MemoryStat } from '../parse/memory-stat.ts';
import { byName } from './by-name.ts';

/** What was read of a group and its processes. */
export interface ContainerReadings {
  usageBytes: number;
  stat: MemoryStat;
  /** v1: of all memory that the kernel uses for the group. */
  kernelBytes?: number;
  processes: readonly GroupProcess[];
  unread: number;
  /** Whether the group may swap out nothing more. */
  isSwapFull?: boolean;
}

type Part = ContainerAccount['parts'][number];

const othersNamed = 10;
/** Of a thread in the kernel, on the architectures that offheap runs on. */
const kernelStackBytes = 16 * 1024;

/**
 * What the usage of a group is made of. The kernel's counters are of one moment, the processes of moments around it, and a process may have memory that another
 * group pays for: processes have no more here than the kernel counts for the group.
 */
export function accountOfContainer(pid: number, readings: ContainerReadings): ContainerAccount {
  const { usageBytes, stat, processes, unread, isSwapFull = false } = readings;
  const paid = payFor(processes, stat.anonBytes);
  const own = paid.find((process) => process.pid === pid);
  const others = paid.filter((process) => process !== own);
  const told = [...anonymousParts(own, others, stat.anonBytes), ...cacheParts(stat), ...kernelParts(readings)];
  const leftBytes = usageBytes - sumOf(told, (known) => known.bytes);
  const parts = [...told, ...leftParts(leftBytes, stat, isSwapFull)].filter(({ bytes }) => bytes > 0);
  const shmemBytes = stat.shmemBytes ?? 0;
  return {
    usageBytes,
    parts,
    others: byName(others, ({ anonBytes }) => anonBytes).slice(0, othersNamed),
    unreadProcesses: unread,
    processesByRss: processes.filter(({ isRss }) => isRss).length,
    sharedByProcessBytes: Math.min(shmemBytes, own?.shmemBytes ?? 0),
    ...(stat.dirtyBytes === undefined ? {} : { dirtyBytes: stat.dirtyBytes }),
    workingSetBytes: Math.max(0, usageBytes - stat.inactiveFileBytes),
    unreclaimableBytes: Math.max(0, usageBytes - reclaimableBytes(parts, stat)),
    uncertainBytes: sumOf(parts, ({ bytes, reclaimableBytes: known }) => (known === undefined ? bytes : 0)),
  };
}

/** In proportion, where they have more together than the group is charged with. */
function payFor(processes: readonly GroupProcess[], chargedBytes: number): GroupProcess[] {
  const theirBytes = sumOf(processes, ({ anonBytes }) => anonBytes);
  const ratio = theirBytes <= chargedBytes ? 1 : chargedBytes / theirBytes;
  return processes.map((process) => ({ ...process, anonBytes: Math.floor(process.anonBytes * ratio) }));
}

function anonymousParts(own: GroupProcess | undefined, others: readonly GroupProcess[], anonBytes: number): Part[] {
  const ownBytes = own?.anonBytes ?? 0;
  const othersBytes = sumOf(others, (process) => process.anonBytes);
  return [
    part('this process', ownBytes, 0),
    part('other processes', othersBytes, 0),
    part('of no process seen', anonBytes - ownBytes - othersBytes, 0),
  ];
}

/** The lists of page cache may have more than there is: pages that a program gave up by MADV_FREE are on the inactive one, and anonymous. */
function cacheParts({ fileBytes, shmemBytes = 0, activeFileBytes, inactiveFileBytes }: MemoryStat): Part[] {
  const cacheBytes = Math.max(0, fileBytes - shmemBytes);
  const activeBytes = Math.min(cacheBytes, activeFileBytes);
  const inactiveBytes = Math.min(cacheBytes - activeBytes, inactiveFileBytes);
  return [
    part('shared memory', shmemBytes, 0),
    part('page cache, active', activeBytes, activeBytes),
    part('page cache, inactive', inactiveBytes, inactiveBytes),
    part('page cache, other', cacheBytes - activeBytes - inactiveBytes, 0),
  ];
}

function kernelParts({ stat: { kernel, socketBytes = 0 }, kernelBytes, processes }: ContainerReadings): Part[] {
  if (!kernel) return kernelBytes === undefined ? [] : kernelPartsOfV1(kernelBytes, processes);
  const { bytes, slabReclaimableBytes, slabUnreclaimableBytes, stackBytes, pageTableBytes } = kernel;
  return [
    part('slab, reclaimable', slabReclaimableBytes, slabReclaimableBytes),
    part('slab, unreclaimable', slabUnreclaimableBytes, 0),
    part('kernel stacks', stackBytes, 0),
    part('page tables', pageTableBytes, 0),
    part('kernel', bytes - slabReclaimableBytes - slabUnreclaimableBytes - stackBytes - pageTableBytes, 0),
    part('sockets', socketBytes, 0),
  ];
}

/** v1 tells one figure. What the processes are known to have of it cannot be taken back; of the rest nobody knows. */
function kernelPartsOfV1(kernelBytes: number, processes: readonly GroupProcess[]): Part[] {
  const stackBytes = Math.min(kernelBytes, kernelStackBytes * sumOf(processes, ({ threads }) => threads));
  const pageTableBytes = Math.min(
    kernelBytes - stackBytes,
    sumOf(processes, (process) => process.pageTableBytes),
  );
  return [
    part('kernel stacks', stackBytes, 0),
    part('page tables', pageTableBytes, 0),
    part('kernel', kernelBytes - stackBytes - pageTableBytes),
  ];
}

/**
 * A page in swap that is mapped again is in the figure of anonymous memory: so the swap cache is at most what nothing else tells. Where no swap is free, the
 * kernel does not go through the lists that it is on (6.1, mm/vmscan.c, can_reclaim_anon_pages), and kills instead.
 */
function leftParts(leftBytes: number, { swapCacheBytes = 0 }: MemoryStat, isSwapFull: boolean): Part[] {
  const cachedBytes = Math.min(Math.max(0, leftBytes), swapCacheBytes);
  return [part('swap cache', cachedBytes, isSwapFull ? 0 : cachedBytes), part('unaccounted', leftBytes - cachedBytes, 0)];
}

/** The lists of page cache count, with what programs gave up by MADV_FREE. */
function reclaimableBytes(parts: readonly Part[], { activeFileBytes, inactiveFileBytes }: MemoryStat): number {
  const isCache = ({ kind }: Part) => kind === 'page cache, active' || kind === 'page cache, inactive';
  const others = parts.filter((known) => !isCache(known));
  return activeFileBytes + inactiveFileBytes + sumOf(others, (known) => known.reclaimableBytes ?? 0);
}

function part(kind: ContainerPart, bytes: number, reclaimableBytes?: number): Part {
  return { kind, bytes, ...(reclaimableBytes === undefined ? {} : { reclaimableBytes }) };
}

function sumOf<Item>(items: readonly Item[], bytesOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + bytesOf(item), 0);
}
