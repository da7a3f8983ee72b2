import { readFreeLists } from './free-lists.ts';
import { type Layout, layoutOf } from './layout.ts';
import { Memory } from './memory.ts';
import type { Truth } from './program.ts';
import { type Chunk, type ReadArena, readArenas } from './reader.ts';

/** What the reader found in a stopped process. */
export interface Reading {
  arenas: ReadArena[];
  /** Of all arenas, tops not among them. */
  chunks: Chunk[];
  /** In use, and in the program's lists of its blocks. */
  held: Chunk[];
  fastbin: ReadonlySet<Chunk>;
  tcache: ReadonlySet<Chunk>;
  /** Chunks in tcaches that have a mapping of their own. */
  mappedInTcaches: ReadonlySet<Chunk>;
  layout: Layout;
  /** In use, and neither the program's, nor free, nor of libc itself. */
  unaccounted: Chunk[];
}

const headerBytes = 16;

/**
 * The lists of threads' TLS blocks (dtv) in bytes of their chunks: ld.so allocates one for each thread that it starts. The program has no blocks of
 * these sizes.
 */
const isDtv = ({ bytes }: Chunk) => bytes >= 0x110 && bytes <= 0x150;

/** Reads the heaps of a stopped process from nothing but its memory and what it said of it. */
export function readHeaps(pid: number, truth: Truth): Reading {
  const memory = new Memory(pid);
  try {
    const layout = layoutOf(truth.glibcVersion);
    const arenas = readArenas(memory, layout, truth);
    const chunks = arenas.flatMap((arena) => arena.chunks);
    const blocks = new Set(truth.blockLists.flatMap(({ address, count }) => memory.words(address, count)));
    const inUse = chunks.filter(({ isInUse }) => isInUse);
    const held = inUse.filter(({ address }) => blocks.has(address + headerBytes));
    const others = inUse.filter(({ address }) => !blocks.has(address + headerBytes));
    const { fastbin, tcache, owners, mapped } = readFreeLists(
      memory,
      layout,
      arenas,
      new Map(others.map((chunk) => [chunk.address, chunk])),
    );
    // A static libc allocates before the program does.
    const firstBlock = memory.word(truth.blockLists[0]?.address ?? 0);
    const ofStartUp = new Set(arenas[0]?.chunks.filter(({ address }) => address + headerBytes < firstBlock));
    const known = [fastbin, tcache, owners, ofStartUp];
    const unaccounted = others.filter((chunk) => !known.some((set) => set.has(chunk)) && !isDtv(chunk));
    return {
      ...{ arenas, chunks, held, fastbin, tcache, unaccounted },
      mappedInTcaches: mapped,
      layout,
    };
  } finally {
    memory.close();
  }
}
