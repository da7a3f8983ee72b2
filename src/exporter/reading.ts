import { liveBytesOf, liveShareOf, whyLiveIsWrong } from '../model/counters.ts';
import type { CounterReader } from '../native/counters.ts';
import { threadGroup } from '../parse/thread-print.ts';
import { pageSizeBytes } from '../process/page-map.ts';
import { readPulse } from './roster.ts';
import type { Subject } from './subject.ts';

/** What a scrape reads anew: microseconds a process, in no way dependent on what the process does. */
export interface Reading {
  subject: Subject;
  rssBytes: number;
  /** Behind libmeter.so or libmmapalloc.so only. */
  metered?: { liveBytes: number; threads: ReadonlyMap<string, number> };
  /** Its page has live bytes that cannot be right. */
  isLiveWithheld: boolean;
}

/** Live bytes of the threads that are not among the largest, and of those that have ended. */
export const otherThreads = 'other';

/** Undefined of a process that has ended, or given its pid to another. */
export function readSubject(subject: Subject, topThreads: number): Reading | undefined {
  const pulse = readPulse(subject.pid);
  if (pulse?.startTimeTicks !== subject.startTimeTicks) return undefined;
  const { counters } = subject.memory;
  return {
    subject,
    rssBytes: pulse.rssPages * pageSizeBytes,
    ...(counters ? readMetered(counters, topThreads) : { isLiveWithheld: false }),
  };
}

/** Threads by name without their numbers, so that a pool is one; their sum is that of the process. Nothing where that cannot be. */
function readMetered(counters: CounterReader, topThreads: number): Pick<Reading, 'metered' | 'isLiveWithheld'> {
  const snapshot = counters.read();
  const liveBytes = liveBytesOf(snapshot);
  const isLiveWithheld = whyLiveIsWrong(snapshot) !== undefined;
  if (liveBytes === undefined || isLiveWithheld) return { isLiveWithheld };
  const groups = new Map<string, number>();
  for (const thread of counters.readThreads()) {
    const group = threadGroup(thread.name);
    groups.set(group, (groups.get(group) ?? 0) + liveShareOf(thread));
  }
  const largest = [...groups].sort(([, a], [, b]) => b - a).slice(0, topThreads);
  const rest = liveBytes - largest.reduce((sum, [, bytes]) => sum + bytes, 0);
  const threads = new Map([...largest.filter(([name]) => name !== otherThreads), [otherThreads, rest] as const]);
  return { metered: { liveBytes, threads }, isLiveWithheld };
}
