import { inspectHeap } from '../../../src/native/inspector.ts';
import { compareInspector, compareReader, compareTrim, Differences } from './differences.ts';
import { whileStopped } from './memory.ts';
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
