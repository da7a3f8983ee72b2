import type { Mapping } from '../../parse/smaps.ts';
import { isJvmCommitted } from './chains.ts';
import type { KnownRange } from './ranges.ts';

/** glibc's HEAP_MAX_SIZE of 64-bit systems (malloc/arena.c), and the size of a metaspace node since JDK 16 (metaspaceSettings.hpp). */
const nodeBytes = 64 * 1024 ** 2;
/** Of a metaspace node: a root chunk, 4 MiB in JDK 17, 16 MiB later. */
const rootChunkBytes = 4 * 1024 ** 2;

/**
 * Heaps of glibc's arenas by their shape, for when they could not be inspected: 64 MiB on a boundary of that size, readable and writable from
 * the start, the rest reserved, and mapped with MAP_NORESERVE.
 */
export function guessHeaps(mappings: readonly Mapping[]): KnownRange[] {
  return nodes(mappings, nodeBytes, ({ vmFlags }) => /\bnr\b/.test(vmFlags)).map((node) => ({ ...node, kind: 'glibc arenas' }));
}

/**
 * Nodes of metaspace by their shape, of a JVM that does not tell how much it has: as a heap of glibc, but the JVM commits without MAP_NORESERVE, and aligns
 * less. A node that is committed to its end looks like any large block, and is not guessed; what is reserved beyond the end of one is no node, such as the gibibytes
 * of ZGC's mark stacks.
 */
export function guessMetaspace(mappings: readonly Mapping[]): KnownRange[] {
  const ends = new Set(mappings.map(({ end }) => end));
  const found = nodes(mappings, rootChunkBytes, isJvmCommitted).filter(({ end }) => ends.has(end));
  return found.map((node) => ({ ...node, kind: 'metaspace' }));
}

/** Runs that begin with a writable mapping on a boundary and have a reserved part before their end. */
function nodes(
  mappings: readonly Mapping[],
  alignment: number,
  isPart: (mapping: Mapping) => boolean,
): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  mappings.forEach((mapping, first) => {
    const { start, end } = mapping;
    if (start % alignment !== 0 || end - start >= nodeBytes || !isAnonymous(mapping, 'rw-p') || !isPart(mapping)) return;
    if (start < (found.at(-1)?.end ?? 0)) return;
    if (isFilled(mappings, first, start + nodeBytes, isPart)) found.push({ start, end: start + nodeBytes });
  });
  return found;
}

/** Whether anonymous mappings without a gap, private and not executable, reach to `end`. */
function isFilled(mappings: readonly Mapping[], first: number, end: number, isPart: (mapping: Mapping) => boolean): boolean {
  for (let index = first; ; index++) {
    const mapping = mappings[index];
    if (!mapping || !(isAnonymous(mapping, '---p') || (isAnonymous(mapping, 'rw-p') && isPart(mapping)))) return false;
    if (mapping.end >= end) return true;
    if (mappings[index + 1]?.start !== mapping.end) return false;
  }
}

function isAnonymous(mapping: Mapping, perms: string): boolean {
  return mapping.path === '' && mapping.perms === perms;
}
