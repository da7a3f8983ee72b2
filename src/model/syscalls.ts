import { z } from 'zod';
import { address, bytes, count, figure, milliseconds } from './figures.ts';
import { tool } from './tool.ts';

/** System calls by which a process gets and gives back memory. */
export const memoryCallNames = ['brk', 'mmap', 'munmap', 'mremap', 'mprotect', 'madvise'] as const;
export type MemoryCallName = (typeof memoryCallNames)[number];

/** What one thread asked of the kernel by one system call. */
const callTotals = z.object({
  /** Which one. */
  call: z.enum(memoryCallNames),
  /** How often it was called. */
  count,
  /** How many of the calls failed. */
  failed: count,
  /** Lengths of the calls that succeeded, as given; of brk, how far it moved the break, up or down. Absent when the break was not known. */
  bytes: bytes.exactOptional(),
  /** Bytes of address space that the process has more than before. Absent for mprotect and madvise, which change none. */
  netBytes: figure.exactOptional(),
});
export type CallTotals = z.infer<typeof callTotals>;

const threadSyscalls = z.object({
  /** As the kernel numbers it. */
  tid: count,
  /** In full as the JVM gives it, else the kernel's, which is cut at 15 bytes. Absent when nobody told. */
  name: z.string().exactOptional(),
  /** By system call. */
  calls: z.array(callTotals),
});
export type ThreadSyscalls = z.infer<typeof threadSyscalls>;

/** A heap of 64 MiB that glibc has reserved for an arena other than the main one. */
const arenaHeap = z.object({
  /** Since the trace began. */
  atMs: milliseconds,
  /** The thread for which it was reserved. */
  tid: count,
  /** Its name, as among `threads`. */
  name: z.string().exactOptional(),
  /** Where it begins. */
  address,
  sizeBytes: bytes,
});
export type ArenaHeap = z.infer<typeof arenaHeap>;

const largeMapping = z.object({
  /** Since the trace began. */
  atMs: milliseconds,
  /** The thread that asked for it. */
  tid: count,
  /** Its name, as among `threads`. */
  name: z.string().exactOptional(),
  /** By which system call. */
  call: z.enum(['brk', 'mmap', 'mremap']),
  /** Where it begins. */
  address,
  sizeBytes: bytes,
  /** As strace prints it: `PROT_READ|PROT_WRITE`. Of mmap only. */
  protection: z.string().exactOptional(),
  /** The mapped file, when there is one. */
  file: z.string().exactOptional(),
});
export type LargeMapping = z.infer<typeof largeMapping>;

/** What a thread has counted under the mmap allocator, where each block is one mmap and each free one munmap. */
const threadMappings = z.object({
  /** As the kernel numbers it. */
  tid: count,
  /** As among the counters. */
  name: z.string().exactOptional(),
  /** Of all entry points of malloc, free among them. */
  calls: count,
  requestedBytes: bytes,
  /** Mapped less unmapped by this thread: negative for one that frees what others allocated. */
  netBytes: figure.exactOptional(),
  /** Blocks that it allocated less those that it freed. */
  liveBlocks: figure,
});
export type ThreadMappings = z.infer<typeof threadMappings>;

const syscallsHead = z.object({
  schemaVersion: z.literal(1),
  /** What wrote it. */
  tool,
  /** What was started; absent for a process that ran already. */
  command: z.array(z.string()).exactOptional(),
  /** The process that was traced. */
  pid: count,
  /** ISO 8601. */
  startedAt: z.string(),
  durationMs: milliseconds,
  /** What was noticed beside the figures. */
  notes: z.array(z.string()),
});

/** `offheap syscalls --format=json`, from a trace. */
const tracedSyscalls = z.object({
  ...syscallsHead.shape,
  source: z.literal('strace'),
  /** Most bytes first. */
  threads: z.array(threadSyscalls),
  /** What glibc has reserved for arenas meanwhile. */
  arenaHeaps: z.array(arenaHeap),
  /** In order of time. */
  largeMappings: z.array(largeMapping),
  /** How many there were, and from which size on. */
  largeCount: count,
  largeFromBytes: bytes,
});
export type TracedSyscalls = z.infer<typeof tracedSyscalls>;

/** The same under the mmap allocator: from its counter page, for the calls follow from the counters. */
const countedSyscalls = z.object({
  ...syscallsHead.shape,
  source: z.literal('counters'),
  /** Threads that lived at the end, most requested bytes first. */
  threads: z.array(threadMappings),
  /** Of threads that had ended; their slots are folded into one. */
  ended: threadMappings.omit({ tid: true, name: true }),
  /** Pages mapped for blocks, all in all. */
  mappedPages: count.exactOptional(),
  /** Times there were no pages for a block. */
  mapFailures: count.exactOptional(),
  /** Times the kernel refused to unmap. */
  unmapFailures: count.exactOptional(),
});
export type CountedSyscalls = z.infer<typeof countedSyscalls>;

/** `offheap syscalls --format=json`. */
export const syscallsFile = z.discriminatedUnion('source', [tracedSyscalls, countedSyscalls]);
export type SyscallsResult = z.infer<typeof syscallsFile>;
