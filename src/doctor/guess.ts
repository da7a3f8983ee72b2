import type { Mapping } from '../parse/smaps.ts';
import type { KnownRange } from './ranges.ts';

/** glibc's HEAP_MAX_SIZE of 64-bit systems (malloc/arena.c), and a metaspace node's size since JDK 16 (metaspaceSettings.hpp). Both align to it. */
const nodeBytes = 64 * 1024 ** 2;

/**
 * Heaps of glibc's arenas by their shape, for when they could not be inspected: 64 MiB on a boundary of that size, readable and writable from
 * the start, the rest reserved, and mapped with MAP_NORESERVE.
 */
export function guessHeaps(mappings: readonly Mapping[]): KnownRange[] {
  return nodes(mappings, ({ vmFlags }) => /\bnr\b/.test(vmFlags)).map((node) => ({ ...node, kind: 'glibc arenas' }));
}

/** Nodes of metaspace by their shape: as a heap of glibc, but the JVM commits without MAP_NORESERVE. */
export function guessMetaspace(mappings: readonly Mapping[]): KnownRange[] {
  return nodes(mappings, ({ vmFlags }) => /\bac\b/.test(vmFlags) && !/\bnr\b/.test(vmFlags)).map((node) => ({
    ...node,
    kind: 'metaspace',
  }));
}

function nodes(mappings: readonly Mapping[], isPart: (mapping: Mapping) => boolean): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let first = 0; first < mappings.length; first++) {
    const mapping = mappings[first];
    if (!mapping || !isAnonymous(mapping, 'rw-p') || !isPart(mapping)) continue;
    const start = alignUp(mapping.start);
    // A node that follows another is one mapping with it when both are full.
    for (let node = start; node < mapping.end; node += nodeBytes) {
      if (isFilled(mappings, first, node + nodeBytes)) found.push({ start: node, end: node + nodeBytes });
    }
  }
  return found;
}

/** Whether anonymous mappings without a gap, private and not executable, reach to `end`. */
function isFilled(mappings: readonly Mapping[], first: number, end: number): boolean {
  for (let index = first; ; index++) {
    const mapping = mappings[index];
    if (!mapping || !(isAnonymous(mapping, 'rw-p') || isAnonymous(mapping, '---p'))) return false;
    if (mapping.end >= end) return true;
    if (mappings[index + 1]?.start !== mapping.end) return false;
  }
}

function isAnonymous(mapping: Mapping, perms: string): boolean {
  return mapping.path === '' && mapping.perms === perms;
}

function alignUp(address: number): number {
  return Math.ceil(address / nodeBytes) * nodeBytes;
}
