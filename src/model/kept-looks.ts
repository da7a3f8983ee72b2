import { z } from 'zod';
import { bytes, count, share } from './figures.ts';
import { tool } from './tool.ts';

/** Version of the files that `offheap export --keep-looks` writes. */
export const keptLooksVersion = 1;

/** Over the whole life of a process. When there are so many, every other of them makes room; the first and the last stay. */
export const mostKeptLooks = 64;

const byKind = z.record(z.string(), bytes);

/** What the exporter saw of a process at one time. A figure that was not measured is absent. */
const keptLook = z.object({
  /** ISO 8601. */
  takenAt: z.iso.datetime(),
  rssBytes: bytes,
  swapBytes: bytes,
  /** RSS by part, which sums to `rssBytes`. Kinds as in a doctor's result. */
  regions: byKind,
  /** As the JVM tells by jvmstat, which it writes at its collections: what was in use at the end of the last one, and what is committed. */
  javaHeap: z.object({ usedBytes: bytes, committedBytes: bytes }).exactOptional(),
  /** glibc: what the program has of malloc, and what it has freed; resident or not. */
  malloc: z
    .object({
      liveBytes: bytes,
      freeBytes: bytes,
      /** How much of malloc's RSS was read: the two figures tell less, or estimates, where it is not all. */
      readShare: share,
    })
    .exactOptional(),
  /** Allocated and not freed, as a preloaded library of offheap counts it. */
  meteredLiveBytes: bytes.exactOptional(),
  /** The memory cgroup whose limit the process reaches first. */
  container: z
    .object({
      usageBytes: bytes,
      /** The usage by part, as the kernel counts it; kinds as in a doctor's result. Absent where there is no limit. */
      parts: byKind.exactOptional(),
      /** What the kernel cannot take back without swap. */
      unreclaimableBytes: bytes.exactOptional(),
      /** What is swapped out. */
      swapBytes: bytes.exactOptional(),
      /** How often the usage had reached the limit. */
      limitHits: count.exactOptional(),
      /** How many processes of the process's own group the kernel had killed. */
      oomKills: count.exactOptional(),
    })
    .exactOptional(),
});
export type KeptLook = z.infer<typeof keptLook>;

/** A file of `offheap export --keep-looks=DIR`: what was seen of one process, kept for when it is gone. */
export const keptLooks = z.object({
  kind: z.literal('looks'),
  schemaVersion: z.literal(keptLooksVersion),
  /** What wrote it. */
  tool,
  /** Of the kernel that the process ran on (/proc/sys/kernel/random/boot_id). With pid and start it names the process for good. */
  bootId: z.string().regex(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/),
  /** As the exporter saw it, in the namespace below. */
  pid: count,
  /** The exporter's pid namespace, by its inode. 4026531836 is the host's (linux: PROC_PID_INIT_INO), whose pids the kernel's log has. */
  pidNamespace: count.exactOptional(),
  /** Clock ticks from the boot to the start of the process, of which a second has 100 (/proc/PID/stat, field 22). */
  startTimeTicks: count,
  /** The jar, main class or module of a JVM, the program of any other. */
  name: z.string(),
  /** argv; 8 KiB of it at most. */
  command: z.array(z.string()),
  /** It has libjvm.so mapped. */
  isJvm: z.boolean(),
  /** What the JVM was started with, where it was asked and answered. */
  java: z
    .object({
      /** Flags that are not at their default, as VM.flags prints them; 8 KiB of them at most. */
      flags: z.array(z.string()),
      /** What the heap may become. */
      maxHeapBytes: bytes.exactOptional(),
    })
    .exactOptional(),
  /** 64 hexadecimal digits, from the paths of its cgroups as the exporter sees them; absent outside of a container. */
  containerId: z
    .string()
    .regex(/^[\da-f]{64}$/)
    .exactOptional(),
  /** Its memory cgroups at the last look, as the process itself sees them: where a container has a part of the hierarchy mounted, paths begin there. */
  cgroup: z
    .object({
      /** Of cgroups: 1 or 2. */
      version: z.literal([1, 2]),
      /** The process's own, below the mounted hierarchy. */
      path: z.string(),
      /** The group of the figures in `looks`, the process's own or one above: the one whose limit is reached first. */
      limitPath: z.string(),
      /** Absent where there is none. */
      limitBytes: bytes.exactOptional(),
    })
    .exactOptional(),
  /** Oldest first, more of the recent ones. */
  looks: z.array(keptLook).min(1).max(mostKeptLooks),
});
export type KeptLooks = z.infer<typeof keptLooks>;
