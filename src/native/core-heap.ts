import type { HeapInspection } from '../model/inspection.ts';
import { loadBinding } from './binding.ts';
import { withCancelFlag } from './cancel-flag.ts';
import { toCoreError } from './core-errors.ts';
import { defaultBudgetMs, type InspectOptions, toHeapInspection } from './inspector.ts';

/**
 * Reads the glibc heaps of a core file as `inspectHeap` does those of a process: its figures of residency are of pages that the file has and that hold something (docs/after-death.md).
 *
 * @param options `pid` and `glibcVersion`: as the core tells them
 */
export async function inspectCoreHeap(
  path: string,
  options: InspectOptions & { pid: number; glibcVersion: string | undefined },
): Promise<HeapInspection> {
  const started = performance.now();
  const { budgetMs = defaultBudgetMs, seed = 1, signal } = options;
  const { inspection, ...verdict } = await withCancelFlag(signal, (cancelled) =>
    loadBinding().inspectCore(path, budgetMs, seed, cancelled),
  );
  if (!inspection) throw toCoreError(path, verdict);
  return { durationMs: performance.now() - started, ...toHeapInspection(inspection, options) };
}
