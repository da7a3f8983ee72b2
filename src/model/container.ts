import { z } from 'zod';
import { bytes, count, milliseconds, share } from './figures.ts';

/** What the usage of a memory cgroup is made of, in this order. docs/evidence.md says what each is and how it is known. */
export const containerParts = [
  'this process',
  'other processes',
  'of no process seen',
  'shared memory',
  'page cache, active',
  'page cache, inactive',
  'page cache, other',
  'slab, reclaimable',
  'slab, unreclaimable',
  'kernel stacks',
  'page tables',
  'kernel',
  'sockets',
  'swap cache',
  'unaccounted',
] as const;
export type ContainerPart = (typeof containerParts)[number];

export const containerPart = z.object({
  /** What the memory is. */
  kind: z.enum(containerParts),
  bytes,
  /** What of it the kernel can take back without swap: page cache, reclaimable slab, and pages that are in swap already. Absent where the kernel does not tell, as of v1's kernel memory. */
  reclaimableBytes: bytes.exactOptional(),
});

const processesByName = z.object({
  /** As the kernel has it, of their first thread. */
  name: z.string(),
  /** How many have it. */
  processes: count,
  bytes,
});

/** What a memory cgroup uses, as the kernel counts it: the parts sum to `usageBytes`. */
export const containerAccount = z.object({
  usageBytes: bytes,
  /** Those that are there. */
  parts: z.array(containerPart),
  /** The other processes by name, largest first; at most 10. */
  others: z.array(processesByName),
  /** Processes whose memory could not be read. */
  unreadProcesses: count,
  /** Processes whose shares could not be read: RSS stands for them, in which a page of several processes is counted for each. */
  processesByRss: count,
  /** Of the shared memory, what this process has mapped, by its share. */
  sharedByProcessBytes: bytes,
  /** Of the page cache, what has yet to be written. */
  dirtyBytes: bytes.exactOptional(),
  /** Kubernetes' working set: usage less inactive page cache. */
  workingSetBytes: bytes,
  /** What the kernel cannot take back without swap. Where it does not tell, as of v1's kernel memory, it is counted here and in `uncertainBytes`. */
  unreclaimableBytes: bytes,
  /** Of `unreclaimableBytes`, what may be reclaimable. */
  uncertainBytes: bytes,
});
export type ContainerAccount = z.infer<typeof containerAccount>;

const stall = z.object({
  /** Of the last 10 s. */
  avg10Share: share,
  /** Of the last 60 s. */
  avg60Share: share,
  /** Since the group was made. */
  totalMs: milliseconds,
});

/** How long tasks have waited for memory: while the kernel took it back for them, or read again what it had dropped (kernel: accounting/psi.rst). */
export const pressure = z.object({
  /** At least one task waited. */
  some: stall,
  /** All tasks that were not idle waited at once. */
  full: stall,
});
export type Pressure = z.infer<typeof pressure>;

/** A memory cgroup on the way up from the process's own. */
const containerLevel = z.object({
  /** Below the mounted hierarchy: `/` is what is mounted, in a container its own group. */
  path: z.string(),
  limitBytes: bytes.exactOptional(),
  /** From here on the kernel slows the processes down and takes memory back (memory.high). */
  highBytes: bytes.exactOptional(),
  usageBytes: bytes.exactOptional(),
});

/** The memory cgroup whose limit the process reaches first. */
export const container = z.object({
  /** Of cgroups: 1 or 2. */
  version: z.literal([1, 2]),
  limitBytes: bytes.exactOptional(),
  usageBytes: bytes.exactOptional(),
  /** From here on the kernel slows the processes of the group down and takes memory back (memory.high). */
  highBytes: bytes.exactOptional(),
  /** Below the mounted hierarchy. */
  path: z.string().exactOptional(),
  /** The process's own group, and each above it with a limit, own first. */
  levels: z.array(containerLevel).exactOptional(),
  /** What the usage is made of. */
  account: containerAccount.exactOptional(),
  /** What of the group is in swap, and may go there. */
  swap: z
    .object({
      /** Absent where the kernel does not account for swap. */
      usedBytes: bytes.exactOptional(),
      /** What it may still swap out: of its limit of swap and of the host's swap the lesser. */
      freeBytes: bytes,
    })
    .exactOptional(),
  /** How often the usage reached the limit. The kernel takes memory back then, or kills. */
  limitHits: count.exactOptional(),
  /** How often the usage passed memory.high. */
  highHits: count.exactOptional(),
  /** How many processes of the process's own group the kernel has killed for want of memory. */
  oomKills: count.exactOptional(),
  /** How long tasks of the group have waited for memory (memory.pressure). Of v2 alone, where the kernel counts it. */
  pressure: pressure.exactOptional(),
});
export type Container = z.infer<typeof container>;

/** What one process has of a group's memory. */
export interface GroupProcess {
  pid: number;
  /** Of its first thread. */
  name: string;
  /** Its share of anonymous memory: of a page that n processes have, an nth. */
  anonBytes: number;
  /** Its share of shared memory and of files on a tmpfs that it has mapped. */
  shmemBytes: number;
  pageTableBytes: number;
  threads: number;
  /** Whether `anonBytes` and `shmemBytes` are resident sizes, as the shares could not be read: a page of several processes is then in each of them. */
  isRss?: true;
}
