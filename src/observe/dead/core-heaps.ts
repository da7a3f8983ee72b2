import type { CoreSource } from '../../model/core-origin.ts';
import type { HeapInspection } from '../../model/inspection.ts';
import { inspectCoreHeap } from '../../native/core-heap.ts';
import { sourceOf } from './core-origin.ts';
import { type CoreOptions, coreBudgetMs, withCoreProcess } from './core-process.ts';

export interface CoreHeapsOptions extends CoreOptions {
  /** Processor time, in milliseconds. */
  budgetMs?: number | undefined;
  /** How many chunk sizes to list. */
  sizes: number;
  /** The file as it was named. */
  named: string;
}

/** malloc's heaps of a core file. @throws OffheapError INVALID_FILE, MISSING_FILE, NOT_GLIBC or INSPECT_FAILED */
export async function inspectCore(
  path: string,
  { budgetMs = coreBudgetMs, sizes, named, ...options }: CoreHeapsOptions,
): Promise<{ inspection: HeapInspection; source: CoreSource }> {
  const { signal } = options;
  return await withCoreProcess(path, options, async ({ core, content: { glibcVersion } }) => ({
    inspection: await inspectCoreHeap(core, { budgetMs, sizes, glibcVersion, ...(signal ? { signal } : {}) }),
    source: sourceOf(core, named),
  }));
}
