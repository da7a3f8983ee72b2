import { matchLines } from './lines.ts';

/** What the memory of a cgroup, with all groups below it, is made of: `memory.stat` of v1 or v2. A figure is absent where the kernel does not tell it. */
export interface MemoryStat {
  /** Anonymous memory that processes have mapped. */
  anonBytes: number;
  /** Page cache, with shared memory and files on a tmpfs. */
  fileBytes: number;
  /** Shared memory and files on a tmpfs. */
  shmemBytes?: number;
  activeFileBytes: number;
  inactiveFileBytes: number;
  /** Of the page cache, what has yet to be written, or is being written. */
  dirtyBytes?: number;
  /** Pages that are in swap as well; most of them are mapped by nobody, and in none of the figures above. */
  swapCacheBytes?: number;
  /** What is swapped out. v1: where the kernel accounts for swap. */
  swapBytes?: number;
  /** Of v2 alone. */
  kernel?: KernelStat;
  /** Buffers of sockets. In v1 they are counted apart, and are no part of the usage. */
  socketBytes?: number;
}

/** Memory that the kernel uses for the processes of the group. */
export interface KernelStat {
  /** All of it; before Linux 5.18 the parts that are told. */
  bytes: number;
  slabReclaimableBytes: number;
  slabUnreclaimableBytes: number;
  stackBytes: number;
  pageTableBytes: number;
}

export function parseMemoryStat(text: string, version: 1 | 2): MemoryStat | undefined {
  const figures = new Map<string, number>();
  for (const [, name = '', digits] of matchLines(text, /^(\w+) (\d+)$/)) figures.set(name, Number(digits));
  return version === 1 ? ofV1(figures) : ofV2(figures);
}

/** With `total_`: of the groups below it too, as its usage is. */
function ofV1(figures: ReadonlyMap<string, number>): MemoryStat | undefined {
  return common(figures, { prefix: 'total_', anon: 'rss', file: 'cache', writeback: 'writeback', swap: 'swap' });
}

function ofV2(figures: ReadonlyMap<string, number>): MemoryStat | undefined {
  const stat = common(figures, { prefix: '', anon: 'anon', file: 'file', writeback: 'file_writeback', dirty: 'file_dirty' });
  if (!stat) return undefined;
  const of = (name: string) => figures.get(name) ?? 0;
  const slabUnreclaimableBytes = of('slab_unreclaimable');
  const slabReclaimableBytes = of('slab_reclaimable');
  const stackBytes = of('kernel_stack');
  const pageTableBytes = of('pagetables') + of('sec_pagetables');
  const told = slabUnreclaimableBytes + slabReclaimableBytes + stackBytes + pageTableBytes + of('percpu') + of('vmalloc');
  const kernel = { bytes: figures.get('kernel') ?? told, slabReclaimableBytes, slabUnreclaimableBytes, stackBytes, pageTableBytes };
  return { ...stat, kernel, socketBytes: of('sock') };
}

interface Names {
  prefix: string;
  anon: string;
  file: string;
  writeback: string;
  dirty?: string;
  swap?: string;
}

function common(figures: ReadonlyMap<string, number>, { prefix, anon, file, writeback, dirty = 'dirty', swap }: Names) {
  const of = (name: string) => figures.get(`${prefix}${name}`);
  const [anonBytes, fileBytes, activeFileBytes, inactiveFileBytes] = [anon, file, 'active_file', 'inactive_file'].map(of);
  if (anonBytes === undefined || fileBytes === undefined || activeFileBytes === undefined || inactiveFileBytes === undefined)
    return undefined;
  const shmemBytes = of('shmem');
  const dirtyBytes = of(dirty);
  const swapCacheBytes = of('swapcached');
  const swapBytes = swap === undefined ? undefined : of(swap);
  return {
    anonBytes,
    fileBytes,
    activeFileBytes,
    inactiveFileBytes,
    ...(shmemBytes === undefined ? {} : { shmemBytes }),
    ...(dirtyBytes === undefined ? {} : { dirtyBytes: dirtyBytes + (of(writeback) ?? 0) }),
    ...(swapCacheBytes === undefined ? {} : { swapCacheBytes }),
    ...(swapBytes === undefined ? {} : { swapBytes }),
  };
}
