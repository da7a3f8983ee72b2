import type { Layout, TcacheLayout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { Chunk, ReadArena } from './reader.ts';

export interface FreeLists {
  /** Chunks in fastbins, of all arenas. */
  fastbin: Set<Chunk>;
  /** Chunks in tcaches, of threads that are there and of those that a fork left behind. */
  tcache: Set<Chunk>;
  /** The chunks of the `tcache_perthread_struct`s themselves. */
  owners: Set<Chunk>;
  /** Chunks in tcaches that have a mapping of their own. */
  mapped: Set<Chunk>;
}

const headerBytes = 16;
const smallestChunk = 32;
const align = 16;
const smallBins = 64;
/** 16 when what would be left of a split is too little for a chunk of its own; and 2.43 adds the header twice for some threads. */
const mostExtraBytes = 32;

/** `candidates`: chunks in use that are not the program's, by address. */
export function readFreeLists(
  memory: Memory,
  layout: Layout,
  arenas: readonly ReadArena[],
  candidates: ReadonlyMap<number, Chunk>,
): FreeLists {
  const lists: FreeLists = { fastbin: new Set(), tcache: new Set(), owners: new Set(), mapped: new Set() };
  const following = { memory, isProtected: layout.isProtected, candidates };
  for (const first of arenas.flatMap(({ fastbins }) => fastbins))
    for (const chunk of follow(following, first)) lists.fastbin.add(chunk);
  const { tcache } = layout;
  if (tcache === undefined) return lists;
  for (const owner of candidates.values()) {
    if (owner.bytes < tcache.chunkBytes || owner.bytes > tcache.chunkBytes + mostExtraBytes) continue;
    const chunks = readTcache(following, tcache, owner.address + headerBytes);
    if (chunks === undefined) continue;
    lists.owners.add(owner);
    for (const chunk of chunks) {
      if (isMapped(chunk)) lists.mapped.add(chunk);
      else lists.tcache.add(chunk);
    }
  }
  return lists;
}

interface Following {
  memory: Memory;
  isProtected: boolean;
  candidates: ReadonlyMap<number, Chunk>;
}

/** The chunks of a list. Those of fastbins link chunks, those of tcaches the blocks in them. */
function follow({ memory, isProtected, candidates }: Following, first: number): Set<Chunk> {
  const chunks = new Set<Chunk>();
  for (let address = first; address !== 0; ) {
    const chunk = candidates.get(address);
    if (chunk === undefined || chunks.has(chunk)) throw new Error(`A fastbin leads to 0x${address.toString(16)}`);
    chunks.add(chunk);
    address = linkAt(memory, address + headerBytes, isProtected);
  }
  return chunks;
}

function linkAt(memory: Memory, place: number, isProtected: boolean): number {
  const link = memory.read({ start: place, end: place + 8 }).readBigUInt64LE(0);
  return Number(isProtected ? link ^ (BigInt(place) >> 12n) : link);
}

/** Undefined when it is no tcache. */
function readTcache(following: Following, layout: TcacheLayout, address: number): Chunk[] | undefined {
  const { bins, countBytes, hasFreeSlots } = layout;
  const counts = following.memory.read({ start: address, end: address + bins * countBytes });
  const entries = following.memory.words(address + bins * countBytes, bins);
  const lists = entries.map((entry, bin) => followBin(following, entry, bin < smallBins ? smallestChunk + bin * align : undefined));
  const numbers = lists.map((list, bin) => {
    const count = countBytes === 1 ? counts.readUInt8(bin) : counts.readUInt16LE(bin * 2);
    return list === undefined ? -1 : hasFreeSlots ? count + list.length : count - list.length;
  });
  // All bins may take the same number of blocks.
  const isTcache = numbers.every((number) => number === (hasFreeSlots ? numbers[0] : 0));
  return isTcache ? lists.flatMap((list) => list ?? []) : undefined;
}

/** Undefined when it is no list of blocks in chunks of that size. */
function followBin({ memory, isProtected, candidates }: Following, first: number, bytes?: number): Chunk[] | undefined {
  const chunks = new Set<Chunk>();
  for (let block = first; block !== 0; block = linkAt(memory, block, isProtected)) {
    const chunk = candidates.get(block - headerBytes) ?? (bytes === undefined ? mappedAt(memory, block - headerBytes) : undefined);
    if (chunk === undefined || chunks.has(chunk) || (bytes !== undefined && chunk.bytes !== bytes)) return undefined;
    chunks.add(chunk);
  }
  return [...chunks];
}

const pageBytes = 4096;
const mappedFlag = 2;
const isMapped = ({ word }: Chunk) => word % (mappedFlag * 2) >= mappedFlag;

/** Since 2.43 a tcache takes them too. Its bytes are those of the mapping, in whole pages: the chunk does not begin it, and 16 bytes are in neither. */
function mappedAt(memory: Memory, address: number): Chunk | undefined {
  if (address % align !== 0 || !memory.isWritable(address)) return undefined;
  const [before = 0, word = 0] = memory.words(address, 2);
  const bytes = Math.ceil((before - (before % 2) + word - (word % 8)) / pageBytes) * pageBytes;
  const chunk = { address, word, bytes, isInUse: true };
  return isMapped(chunk) ? chunk : undefined;
}
