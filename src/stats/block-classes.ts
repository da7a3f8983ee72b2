import type { HeapInspection, HeapSizeRow } from '../model/inspection.ts';
import { inUse } from './chunk-sizes.ts';

/** Blocks in use of one size, or of a power of two in the heaps where sizes are not told apart. */
export interface BlockClass {
  /** Of a chunk, with its header; of a power of two the mean. */
  blockBytes: number;
  isMean: boolean;
  blocks: number;
  bytes: number;
}

/** What the largest sizes have in use, the largest sum first; empty where sizes were not asked for. A block of its own mapping takes whole pages. */
export function blockClasses({ sizes = [], mmapped }: Pick<HeapInspection, 'sizes' | 'mmapped'>): BlockClass[] {
  const inHeaps = sizes.map(inUse).flatMap(({ chunkBytes, toBytes, chunks: blocks, bytes }) => {
    const isMean = toBytes !== undefined;
    return blocks > 0 ? [{ blockBytes: isMean ? Math.round(bytes / blocks) : chunkBytes, isMean, blocks, bytes }] : [];
  });
  const ofTheirOwn = (mmapped.sizes ?? []).map(({ chunkBytes, chunks }) => {
    return { blockBytes: chunkBytes, isMean: false, blocks: chunks, bytes: chunkBytes * chunks };
  });
  return [...inHeaps, ...ofTheirOwn].sort((a, b) => b.bytes - a.bytes);
}

const mostShare = 0.5;
/** A chunk is so much larger where the rest would be too small for a chunk of its own. */
const chunkStepBytes = 16;

/**
 * Whether most of what is free was not of the size of which most blocks in use are: no multiple of it, since free neighbours are merged. False as well where
 * no size leads: then free pieces may have been of any that lives.
 */
export function freeSizesDiffer({ sizes = [] }: Pick<HeapInspection, 'sizes'>): boolean {
  const exact = sizes.filter(({ toBytes }) => toBytes === undefined);
  const liveOf = (row: HeapSizeRow) => inUse(row).bytes;
  const [leading] = exact.toSorted((a, b) => liveOf(b) - liveOf(a));
  const liveBytes = exact.reduce((sum, row) => sum + liveOf(row), 0);
  const freeBytes = exact.reduce((sum, row) => sum + row.freeBytes, 0);
  if (!leading || liveOf(leading) < mostShare * liveBytes) return false;
  const otherBytes = exact.reduce(
    (sum, row) => sum + (row.chunkBytes % leading.chunkBytes <= chunkStepBytes ? 0 : row.freeBytes),
    0,
  );
  return otherBytes >= mostShare * freeBytes;
}
