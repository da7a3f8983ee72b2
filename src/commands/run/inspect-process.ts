import { inspectHeap } from '../../api/heap.ts';
import type { HeapInspection } from '../../model/inspection.ts';
import { inspectPatiently } from '../../observe/inspect-patiently.ts';
import { interruptible, unlessInterrupted } from './interruptible.ts';
import { readingLonger, startProgress } from './progress.ts';

const defaultBudgetMs = 1600;
/** Of all inspections together, as processor time. */
const patienceMs = 15_000;

export interface InspectionOptions {
  /** Undefined: the default, and longer where that leaves much unread. A time that was given is kept to. */
  budgetMs: number | undefined;
  sizes: number;
  quiet: boolean;
}

/** Inspects with progress on stderr. Interruptible: an inspection that was made until then is the result. */
export async function inspectProcess(
  pid: number,
  { budgetMs, sizes, quiet }: InspectionOptions,
): Promise<{ inspection: HeapInspection; isInterrupted: boolean }> {
  const progress = await startProgress(!quiet);
  const { signal, release } = interruptible();
  try {
    const inspection = await unlessInterrupted(signal, () =>
      inspectPatiently((ms) => inspectHeap(pid, { budgetMs: ms, sizes, signal }), {
        budgetMs: budgetMs ?? defaultBudgetMs,
        patienceMs: budgetMs === undefined ? patienceMs : 0,
        onLonger: () => progress.update(readingLonger(pid)),
      }),
    );
    return { inspection, isInterrupted: signal.aborted };
  } finally {
    progress.stop();
    release();
  }
}
