import type { HeapInspection } from '../model/inspection.ts';
import { loadBinding } from './binding.ts';
import { withCancelFlag } from './cancel-flag.ts';
import { toCoreError } from './core-errors.ts';
import type { CoreFile } from './core-file.ts';
import { defaultBudgetMs, type InspectOptions, toHeapInspection } from './inspector.ts';

/**
 * Reads the glibc heaps of a core file as `inspectHeap` does those of a process: its figures of residency are of pages that the file has and that hold something (docs/after-death.md).
 *
 * @param options `glibcVersion`: as the core tells it
 */
export async function inspectCoreHeap(
  core: Pick<CoreFile, 'number' | 'file' | 'pid'>,
  options: InspectOptions & { glibcVersion: string | undefined },
): Promise<HeapInspection> {
  const started = performance.now();
  const { budgetMs = defaultBudgetMs, seed = 1, signal } = options;
  const { inspection, ...verdict } = await withCancelFlag(signal, (cancelled) =>
    loadBinding().inspectCore(core.number, budgetMs, seed, cancelled),
  );
  if (!inspection) throw toCoreError(core.file, verdict);
  return { durationMs: performance.now() - started, ...toHeapInspection(inspection, { ...options, pid: core.pid }) };
}
