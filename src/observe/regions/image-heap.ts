import type { Mapping } from '../../parse/smaps.ts';
import type { ImageHeap } from '../../process/image-heap.ts';
import type { KnownRange } from './ranges.ts';

/**
 * The Java heap of a native image of GraalVM. It reserves address space, maps the objects that were built into the program at its beginning, and has those of the running program behind
 * them (substratevm: ImageHeapProvider, AbstractCommittedMemoryProvider). Older ones, which reserve nothing, have the built objects in the program where it lies: only these can be told.
 */
export function imageHeaps(mappings: readonly Mapping[], image: ImageHeap | undefined): KnownRange[] {
  if (!image) return [];
  const first = mappings.findIndex((mapping, index) => isHeapStart(mapping, mappings[index - 1], image));
  const range = first < 0 ? builtIn(mappings, image) : reserved(mappings, first, image);
  return range ?? [];
}

/** Mapped from the file a second time, behind the pages that nobody may touch: null leads there. */
function isHeapStart({ path, offset, start }: Mapping, before: Mapping | undefined, image: ImageHeap): boolean {
  return path === image.path && offset === image.offset && before?.end === start && isReserved(before);
}

function reserved(mappings: readonly Mapping[], first: number, image: ImageHeap): KnownRange[] {
  const chain = [];
  let end = mappings[first]?.start;
  for (const mapping of mappings.slice(first)) {
    if (mapping.start !== end || (mapping.path !== '' && mapping.path !== image.path)) break;
    chain.push(mapping);
    end = mapping.end;
  }
  // What is left of the reservation is its last and largest part; behind it others may have mapped something.
  const rest = chain.filter(isReserved).sort((a, b) => b.end - b.start - (a.end - a.start))[0];
  return chain
    .filter((mapping) => rest === undefined || mapping.end <= rest.end)
    .map(({ start, end: to, path }) => ({ start, end: to, kind: 'java heap', name: path === '' ? 'heap' : 'image heap' }));
}

function builtIn(mappings: readonly Mapping[], { path, offset, bytes }: ImageHeap): KnownRange[] | undefined {
  const mapping = mappings.find((one) => one.path === path && one.offset <= offset && offset < one.offset + (one.end - one.start));
  if (!mapping) return undefined;
  const start = mapping.start + offset - mapping.offset;
  return [{ start, end: Math.min(start + bytes, mapping.end), kind: 'java heap', name: 'image heap' }];
}

function isReserved({ path, perms }: Mapping): boolean {
  return path === '' && perms === '---p';
}
