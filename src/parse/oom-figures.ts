import { matchLine } from './lines.ts';
import { usualPageBytes } from './oom-tasks.ts';

/** A line `memory: usage 65536kB, limit 65536kB, failcnt 1009`. */
export interface Counted {
  usageBytes: number;
  /** Absent where there is none. */
  limitBytes?: number;
  hits: number;
}

/** What the host had (`Mem-Info:`), where a whole machine ran out. */
export interface HostMemory {
  ramBytes?: number;
  swapBytes?: number;
  freeSwapBytes?: number;
}

/** No limit: the kernel prints it in KiB, as the largest number of pages of either kind. */
const unlimitedBytes = 2 ** 62;
const countedNames = { memory: 'memory', 'memory+swap': 'memoryAndSwap', swap: 'swap', kmem: 'kernelMemory' } as const;

/** How much of a group is used, and how often its limit was reached, by which line. */
export function parseCounted(
  text: string,
): { name: (typeof countedNames)[keyof typeof countedNames]; figures: Counted } | undefined {
  const [, label, usage, limit, hits] =
    matchLine(text, /^(memory|memory\+swap|swap|kmem): usage (\d{1,17})kB, limit (\d{1,17})kB, failcnt (\d{1,20})/) ?? [];
  if (label === undefined) return undefined;
  const limitBytes = Number(limit) * 1024;
  return {
    name: countedNames[label as keyof typeof countedNames],
    figures: {
      usageBytes: Number(usage) * 1024,
      ...(limitBytes >= unlimitedBytes ? {} : { limitBytes }),
      hits: Number(hits),
    },
  };
}

/** `2097022 pages RAM` and `Free swap  = 0kB` (linux: mm/show_mem.c, __show_mem). Pages are taken for those of x86-64. */
export function parseHostMemory(text: string): HostMemory | undefined {
  const ram = /^(\d{1,15}) pages RAM$/.exec(text)?.[1];
  if (ram !== undefined) return { ramBytes: Number(ram) * usualPageBytes };
  const [, which, kib] = /^(Free|Total) swap {1,2}= (\d{1,15})kB$/.exec(text) ?? [];
  if (kib === undefined) return undefined;
  return { [which === 'Free' ? 'freeSwapBytes' : 'swapBytes']: Number(kib) * 1024 };
}
