import type { HeapInfo } from '../../parse/heap-info.ts';
import { type Chain, isExact, type Window } from './chains.ts';
import type { KnownRange } from './ranges.ts';

const mebibyte = 1024 ** 2;
/** Of each node since JDK 17, and in JDK 16; and what its address is a multiple of (metaspaceSettings.hpp: a root chunk, 4 MiB, from JDK 21 on 16 MiB). */
const nodeSizes = [64 * mebibyte, 8 * mebibyte];
const rootChunkBytes = 4 * mebibyte;
/** Up to JDK 15: the first node, and those after it (virtualSpaceList.cpp). */
const oldFirstNodeBytes = 8 * mebibyte;
const oldNodeBytes = 2 * mebibyte;
/** The JVM goes on between what it says of itself and what is read of it. */
const commitSlackBytes = 256 * 1024;
/** And one that loads classes all the while has committed more by then: looked for where nothing fits without that. */
const grownSinceBytes = [0, 2 * mebibyte];
/** Of comparisons. Where more would be needed, the nodes count as not found. */
const maxSteps = 20_000;

export type ToldMetaspace = Pick<NonNullable<HeapInfo['metaspace']>, 'reservedBytes' | 'committedBytes'>;

/** The class space of a JVM that does not tell its address (JDK 8): one reservation of the size that it tells. */
export function findClassSpace(chains: readonly Chain[], told: ToldMetaspace): KnownRange[] {
  const windows = windowsOf(chains, told.reservedBytes);
  return toRanges(firstOf((grownBytes) => new Search(told, grownBytes).choose(windows)));
}

/**
 * The nodes of metaspace without the class space. No JVM tells their addresses, but each tells what they have reserved and committed together, and
 * that is what is looked for: memory that only looks like a node is none, and where nothing fits, nothing is found.
 */
export function findMetaspace(chains: readonly Chain[], told: ToldMetaspace): KnownRange[] {
  return toRanges(firstOf((grownBytes) => findNodes(chains, told, grownBytes)));
}

function firstOf(find: (grownBytes: number) => Window[] | undefined): Window[] | undefined {
  for (const bytes of grownSinceBytes) {
    const found = find(bytes);
    if (found) return found;
  }
  return undefined;
}

function findNodes(chains: readonly Chain[], told: ToldMetaspace, grownBytes: number): Window[] | undefined {
  for (const bytes of nodeSizes.filter((size) => told.reservedBytes % size === 0)) {
    const found = new Search(told, grownBytes).choose(windowsOf(chains, bytes, rootChunkBytes));
    if (found) return found;
  }
  // Of the small nodes up to JDK 15 one more may have come since.
  for (let bytes = 0; bytes <= grownBytes; bytes += oldNodeBytes) {
    const found = findOldNodes(chains, new Search({ ...told, reservedBytes: told.reservedBytes + bytes }, grownBytes));
    if (found) return found;
  }
  return undefined;
}

/** All but the first have mappings of their own, mostly side by side; the first may be merged with a neighbour. */
function findOldNodes(chains: readonly Chain[], search: Search): Window[] | undefined {
  const exact = windowsOf(chains, oldNodeBytes).filter(isExact);
  const starts = new Set(exact.map(({ start }) => start));
  const ends = new Set(exact.map(({ end }) => end));
  const isAlone = ({ start, end }: Window) => !ends.has(start) && !starts.has(end);
  const others = exact.sort((a, b) => Number(isAlone(a)) - Number(isAlone(b)));
  const firsts = windowsOf(chains, oldFirstNodeBytes).filter(({ start }) => !starts.has(start));
  for (const first of firsts) {
    const found = search.choose(others, [first]);
    if (found) return found;
  }
  return undefined;
}

/**
 * The most likely ones first: those that are mappings of their own, then those that begin with one, then the lowest. For the JVM maps metaspace after the tables
 * of its collector, and the kernel puts a later mapping below an earlier one and merges the two.
 */
function windowsOf(chains: readonly Chain[], bytes: number, alignment?: number): Window[] {
  const likelihood = (window: Window) => Number(isExact(window)) + Number(window.startsWithMapping);
  return chains
    .flatMap((chain) => chain.windows(bytes, alignment))
    .sort((a, b) => likelihood(b) - likelihood(a) || b.committedBytes - a.committedBytes || a.start - b.start);
}

/** For windows that do not overlap, and together have what was told. */
class Search {
  readonly #told: ToldMetaspace;
  readonly #grownBytes: number;
  #steps = 0;

  constructor(told: ToldMetaspace, grownBytes: number) {
    this.#told = told;
    this.#grownBytes = grownBytes;
  }

  /** The first choice that fits, with all of `chosen` in it. */
  choose(windows: readonly Window[], chosen: readonly Window[] = []): Window[] | undefined {
    const left = (window: Window, bytes: ToldMetaspace): ToldMetaspace => ({
      reservedBytes: bytes.reservedBytes - (window.end - window.start),
      committedBytes: bytes.committedBytes - window.committedBytes,
    });
    const all = [...chosen];
    const search = (from: number, bytes: ToldMetaspace): boolean => {
      if (bytes.reservedBytes === 0) return bytes.committedBytes <= commitSlackBytes && this.#isPossible(bytes);
      for (let index = from; index < windows.length && this.#steps < maxSteps; index++) {
        this.#steps += 1;
        const window = windows[index] as Window;
        const rest = left(window, bytes);
        if (!this.#isPossible(rest) || all.some(({ start, end }) => window.start < end && start < window.end)) continue;
        all.push(window);
        if (search(index + 1, rest)) return true;
        all.pop();
      }
      return false;
    };
    const rest = chosen.reduce((bytes, window) => left(window, bytes), this.#told);
    return this.#isPossible(rest) && search(0, rest) ? all : undefined;
  }

  /** Whether windows can have what is left: no more committed than they are large. */
  #isPossible({ reservedBytes, committedBytes }: ToldMetaspace): boolean {
    return (
      reservedBytes >= 0 &&
      committedBytes >= -commitSlackBytes - this.#grownBytes &&
      committedBytes <= reservedBytes + commitSlackBytes
    );
  }
}

function toRanges(windows: readonly Window[] = []): KnownRange[] {
  return windows.map(({ start, end }) => ({ start, end, kind: 'metaspace' }));
}
