import type { Mapping } from '../../parse/smaps.ts';
import type { KnownRange } from './ranges.ts';

/** Where Go's heap begins, on arm64 the second; that of another program begins nowhere so exactly. Its arenas follow without a gap (runtime/malloc.go). */
const heapStarts: ReadonlySet<number> = new Set([0xc000000000, 0x4000000000]);
const arenaBytes = 64 * 1024 ** 2;
/**
 * From Go 1.26 on it begins with any arena below these, where nothing else is: the kernel maps what is mapped anywhere above them, and below 64 GiB are heaps
 * of JVMs (runtime/malloc.go, randomizeHeapBase: heapAddrBits less two on amd64, less one elsewhere).
 */
const randomStarts = { from: 64 * 1024 ** 3, below: process.arch === 'x64' ? 2 ** 46 : 2 ** 47 };
/** From Go 1.25 on, where the kernel takes names. */
const name = /^\[anon: Go: /;

export function isGoName(path: string): boolean {
  return name.test(path);
}

/** The heap of a Go program, or of a library written in Go. Goroutines have their stacks in it, so a thread's stack pointer says nothing there. */
export function goHeaps(mappings: readonly Mapping[]): KnownRange[] {
  return mappings.flatMap((first, index): KnownRange[] => {
    if (!isHeapStart(first.start) || !isOfHeap(first) || mappings[index - 1]?.end === first.start) return [];
    let { end } = first;
    for (const next of mappings.slice(index + 1)) {
      if (next.start !== end || !isOfHeap(next)) break;
      end = next.end;
    }
    return (end - first.start) % arenaBytes === 0 ? [{ start: first.start, end, kind: 'go runtime', name: 'heap' }] : [];
  });
}

function isHeapStart(start: number): boolean {
  if (heapStarts.has(start)) return true;
  return start % arenaBytes === 0 && start >= randomStarts.from && start < randomStarts.below;
}

function isOfHeap({ path, perms }: Mapping): boolean {
  return (path === '' || isGoName(path)) && (perms === 'rw-p' || perms === '---p');
}
