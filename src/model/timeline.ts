import { z } from 'zod';
import { bytes, count, milliseconds } from './figures.ts';

/** Null where a figure could not be read at that moment. */
const series = z.array(bytes.nullable());

/** That every series of a list of them has a figure for each of its moments. */
function requireFullSeries(
  { atMs, ...series }: { atMs: readonly number[]; [name: string]: unknown },
  { addIssue }: Pick<z.RefinementCtx, 'addIssue'>,
): void {
  for (const [name, figures] of Object.entries(series)) {
    if (!name.endsWith('Bytes') || !Array.isArray(figures) || figures.length === atMs.length) continue;
    const message = `Invalid input: expected ${atMs.length} figures, one for each of atMs, found ${figures.length}`;
    addIssue({ code: 'custom', path: [name], message });
  }
}

const details = z.object({
  atMs: z.array(milliseconds),
  /** From smaps: exact. */
  rssBytes: series,
  anonymousBytes: series,
  swapBytes: series,
  /** Resident part of the Java heap; null before its address was known. */
  javaHeapRssBytes: series,
  /** Usage of the memory cgroup, with its page cache and other processes. */
  cgroupBytes: series,
});

const sampled = z.object({
  /** Asked for. What came out is in `atMs`. */
  intervalMs: milliseconds,
  atMs: z.array(milliseconds),
  /** From statm, which lags by some pages per CPU. With what the last detail had on pages of hugetlbfs. */
  rssBytes: z.array(bytes),
  /** Null where there was no reading yet. */
  liveBytes: z.array(bytes.nullable()).optional(),
  /** Spans of over five intervals without a sample, on a machine that was too busy: what happened meanwhile is not known. */
  gaps: z.array(z.object({ fromMs: milliseconds, toMs: milliseconds })),
  /** Samples that were taken and lost, because offheap itself did not come to fetch them. */
  droppedSamples: count,
  /** Processor time that sampling took. */
  samplerCpuMs: milliseconds,
  /** What is read at a lower rate, for it costs the kernel more. */
  details: details.superRefine(requireFullSeries),
});

export const timeline = sampled.superRefine(requireFullSeries);
/** RSS and live bytes over the time of a cell. */
export type Timeline = z.infer<typeof timeline>;
