import type { AddressRange } from '../../model/address-range.ts';
import type { Mapping } from '../../parse/smaps.ts';
import { findLast, type KnownRange } from './ranges.ts';

/** glibc's HEAP_MAX_SIZE of 64-bit systems (malloc/arena.c), and the size of a metaspace node since JDK 16 (metaspaceSettings.hpp). */
const nodeBytes = 64 * 1024 ** 2;
/** Of a metaspace node: a root chunk, 4 MiB in JDK 17, 16 MiB later. */
const rootChunkBytes = 4 * 1024 ** 2;
/** The JVM goes on between what it says of itself and what is read of it. */
const commitSlackBytes = 256 * 1024;

/**
 * Heaps of glibc's arenas by their shape, for when they could not be inspected: 64 MiB on a boundary of that size, readable and writable from
 * the start, the rest reserved, and mapped with MAP_NORESERVE.
 */
export function guessHeaps(mappings: readonly Mapping[]): KnownRange[] {
  return nodes(mappings, nodeBytes, ({ vmFlags }) => /\bnr\b/.test(vmFlags)).map((node) => ({ ...node, kind: 'glibc arenas' }));
}

/**
 * Nodes of metaspace by their shape: as a heap of glibc, but the JVM commits without MAP_NORESERVE, and aligns less. A node that is committed to its end
 * looks like any large block, and is not guessed.
 */
export function guessMetaspace(mappings: readonly Mapping[]): KnownRange[] {
  return nodes(mappings, rootChunkBytes, isCommitted).map((node) => ({ ...node, kind: 'metaspace' }));
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

/**
 * Where a node of metaspace may lie that its shape does not give away: because it is committed to its end, or because the kernel merged its first
 * mapping with that of its neighbour. By their starts; they overlap.
 */
export function placesOfNodes(mappings: readonly Mapping[]): KnownRange[] {
  const starts = new Set<number>();
  mappings.forEach((mapping) => {
    if (!isAnonymous(mapping, 'rw-p') || !isCommitted(mapping)) return;
    const first = Math.ceil((mapping.start - nodeBytes + 1) / rootChunkBytes) * rootChunkBytes;
    for (let start = first; start < mapping.end; start += rootChunkBytes) starts.add(start);
  });
  return [...starts]
    .filter((start) => {
      const first = findLast(mappings, start);
      return (mappings[first]?.end ?? 0) > start && isFilled(mappings, first, start + nodeBytes, isCommitted);
    })
    .sort((a, b) => a - b)
    .map((start) => ({ start, end: start + nodeBytes, kind: 'metaspace' }));
}

/** Of `places` those that hold what the JVM says its nodes have committed: all but the newest are full, or nearly. */
export function findNodes(
  mappings: readonly Mapping[],
  places: readonly KnownRange[],
  wanted: { nodes: number; committedBytes: number },
): KnownRange[] {
  const found: KnownRange[] = [];
  let { committedBytes } = wanted;
  for (let left = wanted.nodes; left > 0; left--) {
    const expected = left === 1 ? committedBytes : nodeBytes;
    const place = places.find(
      (range) =>
        Math.abs(committedWithin(mappings, range) - expected) <= commitSlackBytes &&
        found.every(({ start, end }) => range.end <= start || range.start >= end),
    );
    if (!place) return found;
    found.push(place);
    committedBytes -= committedWithin(mappings, place);
  }
  return found;
}

/** Bytes between two addresses that are writable memory of no file. */
export function committedWithin(mappings: readonly Mapping[], { start, end }: AddressRange): number {
  let bytes = 0;
  for (let index = Math.max(0, findLast(mappings, start)); (mappings[index]?.start ?? end) < end; index++) {
    const mapping = mappings[index] as Mapping;
    if (isAnonymous(mapping, 'rw-p')) bytes += Math.max(0, Math.min(mapping.end, end) - Math.max(mapping.start, start));
  }
  return bytes;
}

/** As the JVM commits: without MAP_NORESERVE, unlike the heaps of glibc. */
function isCommitted({ vmFlags }: Mapping): boolean {
  return /\bac\b/.test(vmFlags) && !/\bnr\b/.test(vmFlags);
}

function isAnonymous(mapping: Mapping, perms: string): boolean {
  return mapping.path === '' && mapping.perms === perms;
}
