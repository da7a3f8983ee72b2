/** System calls by which a process gets and gives back memory. */
export const memoryCallNames = ['brk', 'mmap', 'munmap', 'mremap', 'mprotect', 'madvise'] as const;
export type MemoryCallName = (typeof memoryCallNames)[number];

/** What one thread asked of the kernel by one system call. */
export interface CallTotals {
  call: MemoryCallName;
  count: number;
  failed: number;
  /** Lengths of the calls that succeeded, as given; of brk, how far it moved the break, up or down. Absent when the break was not known. */
  bytes?: number;
  /** Bytes of address space that the process has more than before. Absent for mprotect and madvise, which change none. */
  netBytes?: number;
}

export interface ThreadSyscalls {
  tid: number;
  /** In full as the JVM gives it, else the kernel's, which is cut at 15 bytes. Absent when nobody told. */
  name?: string;
  calls: CallTotals[];
}

/** A heap of 64 MiB that glibc has reserved for an arena other than the main one. */
export interface ArenaHeap {
  /** Since the trace began. */
  atMs: number;
  tid: number;
  name?: string;
  address: number;
  sizeBytes: number;
}

export interface LargeMapping {
  atMs: number;
  tid: number;
  name?: string;
  call: 'brk' | 'mmap' | 'mremap';
  address: number;
  sizeBytes: number;
  /** As strace prints it: `PROT_READ|PROT_WRITE`. Of mmap only. */
  protection?: string;
  /** The mapped file, when there is one. */
  file?: string;
}

/** What a thread has counted under the mmap allocator, where each block is one mmap and each free one munmap. */
export interface ThreadMappings {
  tid: number;
  name?: string;
  /** Of all entry points of malloc, free among them. */
  calls: number;
  requestedBytes: number;
  /** Mapped less unmapped by this thread: negative for one that frees what others allocated. */
  netBytes?: number;
  liveBlocks: number;
}

interface SyscallsHead {
  schemaVersion: 1;
  tool: { name: 'offheap'; version: string };
  /** What was started; absent for a process that ran already. */
  command?: string[];
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  /** What was noticed beside the figures. */
  notes: string[];
}

/** `offheap syscalls --format=json`, from a trace. */
export interface TracedSyscalls extends SyscallsHead {
  source: 'strace';
  /** Most bytes first. */
  threads: ThreadSyscalls[];
  arenaHeaps: ArenaHeap[];
  /** In order of time. */
  largeMappings: LargeMapping[];
  /** How many there were, and from which size on. */
  largeCount: number;
  largeFromBytes: number;
}

/** The same under the mmap allocator: from its counter page, for the calls follow from the counters. */
export interface CountedSyscalls extends SyscallsHead {
  source: 'counters';
  /** Threads that lived at the end, most requested bytes first. */
  threads: ThreadMappings[];
  /** Of threads that had ended; their slots are folded into one. */
  ended: Omit<ThreadMappings, 'tid' | 'name'>;
  mappedPages?: number;
  mapFailures?: number;
  unmapFailures?: number;
}

export type SyscallsResult = TracedSyscalls | CountedSyscalls;
