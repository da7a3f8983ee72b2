import { heapAt, type Layout } from './layout.ts';
import type { Memory, Range } from './memory.ts';
import type { Truth } from './program.ts';

/** A chunk that the program may have or get: neither a fencepost nor malloc's own headers. */
export interface Chunk {
  address: number;
  bytes: number;
  /** With its flags. */
  word: number;
  /** As the next chunk says. Those in fastbins and tcaches look in use. */
  isInUse: boolean;
}

export interface ReadArena {
  /** Of malloc_state. */
  address: number;
  isMain: boolean;
  systemBytes: number;
  fastbins: number[];
  top: Chunk;
  /** In order of address, the top not among them. */
  chunks: Chunk[];
}

const headerBytes = 16;
const align = 16;
const flagBits = 7;
const prevInUse = 1;
const fenceBytes = 16;
const pageBytes = 4096;
const smallestChunk = 32;
const alignUp = (address: number) => Math.ceil(address / align) * align;

/** All arenas in the order of their ring, which begins with the main one. */
export function readArenas(memory: Memory, layout: Layout, truth: Truth): ReadArena[] {
  const main = truth.mainTop - layout.top;
  const arenas: ReadArena[] = [];
  for (let address = main; arenas.length === 0 || address !== main; address = memory.word(address + layout.next)) {
    const top = memory.word(address + layout.top);
    const pieces = address === main ? mainPieces(memory, truth, top) : heapPieces(memory, layout, address, top);
    arenas.push({
      ...{ address, isMain: address === main },
      systemBytes: memory.word(address + layout.systemMem),
      fastbins: memory.words(address + layout.fastbins, layout.fastbinCount),
      top: { address: top, word: memory.word(top + 8), bytes: sizeOf(memory.word(top + 8)), isInUse: false },
      chunks: pieces.flatMap((piece) => walk(memory, piece, top)),
    });
  }
  return arenas;
}

const sizeOf = (word: number) => word - (word % (flagBits + 1));

/** sysmalloc: after somebody else's sbrk the arena goes on at the next aligned address, and by mmap where brk fails. */
function mainPieces(memory: Memory, { foreign, pieces, blockLists }: Truth, top: number): Range[] {
  const heap = memory.brkHeap();
  const firstBlock = memory.word(blockLists[0]?.address ?? 0);
  const starts = [firstChunk(memory, heap.start, firstBlock - headerBytes), ...foreign.map(({ end }) => alignUp(end))];
  const ends = [...foreign.map(({ start }) => start), heap.end];
  // The arena need not have gone on in the brk heap: then what is left is less than a page, and no chunks up to fenceposts.
  const last = top >= heap.start && top < heap.end ? top : heap.end - pageBytes;
  const ofBrk = starts
    .map((start, index) => ({ start, end: ends[index] ?? start }))
    .filter(({ start, end }) => start < end && (start <= last || leadsToFence(memory, { start, end })));
  return [...ofBrk, ...pieces.map((start) => ({ start, end: memory.mappingEnd(start) }))];
}

function leadsToFence(memory: Memory, { start, end }: Range): boolean {
  let address = start;
  while (address + headerBytes <= end) {
    const size = sizeOf(memory.word(address + 8));
    if (size === fenceBytes) return address > start;
    if (size < smallestChunk || size % align !== 0) return false;
    address += size;
  }
  return false;
}

/** ld.so, or a static libc, may have taken memory by sbrk first: the first address from which chunks lead to one that is known. */
function firstChunk(memory: Memory, start: number, known: number): number {
  const bytes = memory.read({ start, end: known + headerBytes });
  const leadsToKnown = (from: number) => {
    let address = from;
    while (address < known) {
      const size = sizeOf(Number(bytes.readBigUInt64LE(address - start + 8)));
      if (size < smallestChunk || size % align !== 0) return false;
      address += size;
    }
    return address === known;
  };
  let first = alignUp(start);
  while (!leadsToKnown(first)) first += align;
  return first;
}

/** heap_info: ar_ptr, prev, size. The first of an arena has its malloc_state too. */
function heapPieces(memory: Memory, layout: Layout, arena: number, top: number): Range[] {
  const pieces: Range[] = [];
  for (let heap = heapAt(top); heap !== 0; ) {
    const [owner = 0, previous = 0, bytes = 0] = memory.words(heap, 3);
    if (owner !== arena) throw new Error(`The heap at 0x${heap.toString(16)} is not of the arena at 0x${arena.toString(16)}`);
    const isFirst = heap === heapAt(arena);
    const start = isFirst ? alignUp(arena + layout.stateBytes) : heap + layout.heapInfoBytes;
    pieces.push({ start, end: heap + bytes });
    heap = previous;
  }
  return pieces.toSorted((a, b) => a.start - b.start);
}

/** The chunks of a piece up to the top, or to the fenceposts that sysmalloc leaves at its end. */
function walk(memory: Memory, { start, end }: Range, top: number): Chunk[] {
  const bytes = memory.read({ start, end });
  const wordAt = (address: number) => Number(bytes.readBigUInt64LE(address - start));
  const chunks: Chunk[] = [];
  for (let address = start; address !== top; ) {
    const word = wordAt(address + 8);
    const size = sizeOf(word);
    // A fencepost has 16 bytes. That of a heap which is not its arena's last may have 32, and one of 0 bytes follows.
    if (size === fenceBytes) return chunks;
    if (size === 0) return chunks.slice(0, -1);
    const next = address + size;
    if (next + headerBytes > end) throw new Error(`The chunk at 0x${address.toString(16)} has ${size} bytes`);
    const isInUse = wordAt(next + 8) % 2 === prevInUse;
    if (!isInUse && wordAt(next) !== size) throw new Error(`The free chunk at 0x${address.toString(16)} is not of ${size} bytes`);
    chunks.push({ address, bytes: size, word, isInUse });
    address = next;
  }
  return chunks;
}
