import { liveBytesOf, liveShareOf, whyLiveIsWrong } from '../model/counters.ts';
import { OffheapError } from '../model/errors.ts';
import { isCounterPage } from '../native/counter-source.ts';
import { type CounterReader, openCounters } from '../native/counters.ts';
import type { Mapping } from '../parse/smaps.ts';
import { threadGroup } from '../parse/thread-print.ts';
import type { ThreadPlace } from '../process/threads.ts';
import type { ReportFailure, Subject } from './subject.ts';

/** Live bytes of the threads that are not among the largest, and of those that have ended. */
export const otherThreads = 'other';

/** Undefined of a process without a counter page that can be read. That stays open while the process lives. */
export function liveByThread(
  { pid, memory }: Subject,
  { mappings, threads }: { mappings: readonly Mapping[]; threads: readonly ThreadPlace[] },
  { topThreads, report }: { topThreads: number; report: ReportFailure },
): ReadonlyMap<string, number> | undefined {
  if (!memory.counters && !mappings.some(isCounterPage)) return undefined;
  try {
    memory.counters ??= openCounters({ pid });
    return sumByThread(memory.counters, new Map(threads.map(({ innerTid, name }) => [innerTid, name])), topThreads);
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    report('counters', error.code);
    return undefined;
  }
}

/**
 * Live bytes by the names of threads without their numbers, so that a pool is one, the largest of them and the rest: their sum is that of the process. Some 20 µs a
 * thread. Undefined where the page has live bytes that cannot be.
 */
export function sumByThread(
  counters: CounterReader,
  names: ReadonlyMap<number, string>,
  topThreads: number,
): ReadonlyMap<string, number> | undefined {
  const snapshot = counters.read();
  const liveBytes = liveBytesOf(snapshot);
  if (liveBytes === undefined || whyLiveIsWrong(snapshot) !== undefined) return undefined;
  const groups = new Map<string, number>();
  for (const thread of counters.readThreads(names)) {
    const group = threadGroup(thread.name);
    groups.set(group, (groups.get(group) ?? 0) + liveShareOf(thread));
  }
  const largest = [...groups].sort(([, a], [, b]) => b - a).slice(0, topThreads);
  const rest = liveBytes - largest.reduce((sum, [, bytes]) => sum + bytes, 0);
  return new Map([...largest.filter(([name]) => name !== otherThreads), [otherThreads, rest] as const]);
}
