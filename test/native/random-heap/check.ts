import { inspectHeap } from '../../../src/native/inspector.ts';
import { whileStopped } from '../../stop-process.ts';
import { compareInspector, compareReader, compareTrim, Differences } from './differences.ts';
import type { Heap } from './options.ts';
import { startRandomHeap } from './program.ts';
import { readHeaps } from './reading.ts';

/** Makes a heap, and returns what is said of it in different ways. */
export async function differencesOf(heap: Heap): Promise<string[]> {
  const { truth, trim, stop } = await startRandomHeap(heap);
  try {
    const inspection = await inspectHeap(truth.pid, { sizes: 20_000, budgetMs: 30_000 });
    const reading = await whileStopped(truth.pid, () => readHeaps(truth.pid, truth));
    const differences = new Differences();
    compareReader(differences, truth, reading);
    compareInspector(differences, truth, reading, inspection);
    compareTrim(differences, inspection, await trim());
    return differences.found;
  } finally {
    await stop();
  }
}

/**
 * Makes a heap in which threads go on allocating and freeing, and returns what is wrong of the blocks that the program keeps: whatever the inspector lost
 * of them, it must say so.
 */
export async function lossesOf(heap: Heap): Promise<string[]> {
  const { truth, stop } = await startRandomHeap(heap);
  try {
    const { totals, sizes = [] } = await inspectHeap(truth.pid, { sizes: 20_000, budgetMs: 30_000 });
    const live = new Map(sizes.map(({ chunkBytes, liveChunks }) => [chunkBytes, liveChunks]));
    const lostBytes = [...truth.live].reduce((sum, [bytes, kept]) => sum + Math.max(kept - (live.get(bytes) ?? 0), 0) * bytes, 0);
    return lostBytes <= totals.unreadableBytes ? [] : [`${lostBytes} bytes lost, ${totals.unreadableBytes} unreadable`];
  } finally {
    await stop();
  }
}
