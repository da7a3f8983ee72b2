import type { SizeChange } from '../model/growth.ts';
import type { HeapInspection, HeapSizeRow } from '../model/inspection.ts';

/** Blocks in use of one chunk size: those in tcaches and fastbins are free. */
export interface SizeInUse {
  chunkBytes: number;
  toBytes?: number;
  isMmapped?: true;
  chunks: number;
  bytes: number;
}

/** Of every size, in heaps and with a mapping of their own. */
export function sizesInUse({ sizes = [], mmapped }: Pick<HeapInspection, 'sizes' | 'mmapped'>): Map<string, SizeInUse> {
  const rows = sizes.map(inUse).map((row) => [`${row.chunkBytes}`, row] as const);
  return new Map<string, SizeInUse>([...rows, ...ownMappings(mmapped).map((row) => [`mmapped ${row.chunkBytes}`, row] as const)]);
}

/** Of one size where sizes were not asked for. */
function ownMappings({ sizes, chunks, sizeBytes }: HeapInspection['mmapped']): SizeInUse[] {
  if (!sizes) return [{ chunkBytes: 0, isMmapped: true, chunks, bytes: sizeBytes }];
  return sizes.map((row) => ({ ...row, isMmapped: true, bytes: row.chunks * row.chunkBytes }));
}

/** Of one row of the sizes in heaps. */
export function inUse({ chunkBytes, toBytes, liveChunks, liveBytes, cachedChunks = 0, cachedBytes = 0 }: HeapSizeRow): SizeInUse {
  return {
    chunkBytes,
    ...(toBytes === undefined ? {} : { toBytes }),
    chunks: Math.max(0, liveChunks - cachedChunks),
    bytes: Math.max(0, liveBytes - cachedBytes),
  };
}

/**
 * Chunks of HotSpot's arenas, in which the JIT compiler works: 32 KiB less the slack that leaves room for malloc's own words (jdk: arena.hpp, Chunk::size), with
 * NMT's header or without. They come with each method that is compiled, and go some seconds later.
 */
const arenaChunkBytes = { from: 32_720, to: 32_768 };

export function isArenaChunk({ chunkBytes, toBytes }: Pick<SizeChange, 'chunkBytes' | 'toBytes'>): boolean {
  return toBytes === undefined && chunkBytes >= arenaChunkBytes.from && chunkBytes <= arenaChunkBytes.to;
}
