import type { ArenaHeap } from '../model/syscalls.ts';
import type { MemoryCall } from '../parse/strace.ts';

/** HEAP_MAX_SIZE of a 64-bit glibc: twice DEFAULT_MMAP_THRESHOLD_MAX of 32 MiB (glibc 2.36: malloc/arena.c). */
export const arenaHeapBytes = 64 * 1024 ** 2;

/**
 * Recognises how glibc makes a heap for an arena (glibc 2.36: malloc/arena.c, alloc_new_heap): it reserves 64 MiB at a hint that follows an earlier heap, or
 * 128 MiB of which it unmaps what lies around an aligned 64, and then makes the heap's beginning writable by mprotect. It reserves with MAP_NORESERVE in 2.36, without in 2.39. Others, the JVM among them,
 * reserve 64 MiB as well; they do not continue by mprotect at a multiple of 64 MiB.
 */
export class ArenaHeaps {
  /** Times are those of the reservations. */
  readonly found: Omit<ArenaHeap, 'name'>[] = [];
  readonly #reserved = new Map<number, { atMs: number; start: number; end: number }>();

  /** To be told of every call that succeeded. */
  take(event: MemoryCall): void {
    const { tid } = event;
    if (event.call === 'mmap') {
      const isReservation = event.protection === 'PROT_NONE' && event.flags.includes('MAP_ANONYMOUS');
      const isHeaps = event.sizeBytes === arenaHeapBytes || event.sizeBytes === 2 * arenaHeapBytes;
      const { atMs, address, sizeBytes } = event;
      if (isReservation && isHeaps) this.#reserved.set(tid, { atMs, start: address, end: address + sizeBytes });
      else this.#reserved.delete(tid);
    }
    if (event.call === 'mprotect') this.#takeCommit(event);
  }

  #takeCommit({ tid, address, protection }: Extract<MemoryCall, { call: 'mprotect' }>): void {
    const reserved = this.#reserved.get(tid);
    this.#reserved.delete(tid);
    if (!reserved || !protection.includes('PROT_WRITE') || address % arenaHeapBytes !== 0) return;
    if (address < reserved.start || address + arenaHeapBytes > reserved.end) return;
    this.found.push({ atMs: reserved.atMs, tid, address, sizeBytes: arenaHeapBytes });
  }
}
