import type { Evidence, GrowthEvidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { isNearlyAllRead } from '../stats/malloc-read.ts';
import { blocksInUseBytes } from '../stats/process-figures.ts';
import { type CollectOptions, collectEvidence } from './evidence.ts';

/**
 * Looks again at the process of an earlier look, and adds what has changed since. The caller waits between the two.
 *
 * @throws OffheapError as collectEvidence does; PROCESS_ENDED when another process has the pid now.
 */
export async function takeSecondLook(first: Evidence, options: CollectOptions): Promise<Evidence> {
  const second = await collectEvidence(first.pid, options);
  // A process that began after the first look is another one. The clock of the start has ticks of 10 ms.
  if (second.uptimeMs + startSlackMs < first.uptimeMs + elapsedMs(first, second)) {
    throw new OffheapError(
      'PROCESS_ENDED',
      `Process ${first.pid} has ended since the first look, and its pid is another process now.`,
    );
  }
  return { ...second, growth: compareLooks(first, second) };
}

const startSlackMs = 1000;

/** The change from an earlier look to a later one at the same process, for `--for`. Differences may be negative. */
export function compareLooks(first: Evidence, second: Evidence): GrowthEvidence {
  const difference = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? undefined : b - a);
  const mallocLiveBytes = difference(blocksInUse(first), blocksInUse(second));
  const zlibBytes = difference(zlibStates(first), zlibStates(second));
  const javaHeapRssBytes = difference(first.jvm?.heap?.rssBytes, second.jvm?.heap?.rssBytes);
  return {
    intervalMs: Date.parse(second.takenAt) - Date.parse(first.takenAt),
    rssBytes: second.rssBytes - first.rssBytes,
    ...(mallocLiveBytes === undefined ? {} : { mallocLiveBytes }),
    ...(zlibBytes === undefined ? {} : { zlibBytes }),
    ...(javaHeapRssBytes === undefined ? {} : { javaHeapRssBytes }),
    threads: second.threads - first.threads,
  };
}

function blocksInUse({ malloc, counters }: Evidence): number | undefined {
  if (!malloc) return counters?.liveBytes;
  return isNearlyAllRead(malloc) ? blocksInUseBytes(malloc) : undefined;
}

/** Of a look that read little, another look would seem to find more. */
function zlibStates({ malloc }: Evidence): number | undefined {
  return malloc && isNearlyAllRead(malloc) ? malloc.census.bytes : undefined;
}

function elapsedMs(first: Evidence, second: Evidence): number {
  return Date.parse(second.takenAt) - Date.parse(first.takenAt);
}
