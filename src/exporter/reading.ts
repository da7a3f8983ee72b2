import { liveBytesOf, whyLiveIsWrong } from '../model/counters.ts';
import type { CounterReader } from '../native/counters.ts';
import { pageSizeBytes } from '../process/page-map.ts';
import { readPulse } from './candidates.ts';
import type { Subject } from './subject.ts';

/** What a scrape reads anew: microseconds a process, in no way dependent on what the process does. */
export interface Reading {
  subject: Subject;
  rssBytes: number;
  /** Behind libmeter.so or libmmapalloc.so only. */
  liveBytes?: number;
  /** Its page has live bytes that cannot be right. */
  isLiveWithheld: boolean;
}

/** Undefined of a process that has ended, or given its pid to another. */
export function readSubject(subject: Subject): Reading | undefined {
  const pulse = readPulse(subject.pid);
  if (pulse?.startTimeTicks !== subject.startTimeTicks) return undefined;
  const { counters } = subject.memory;
  return {
    subject,
    rssBytes: pulse.rssPages * pageSizeBytes,
    ...(counters ? readLive(counters) : { isLiveWithheld: false }),
  };
}

/** Nothing of live bytes that cannot be. */
function readLive(counters: CounterReader): Pick<Reading, 'liveBytes' | 'isLiveWithheld'> {
  const snapshot = counters.read();
  const liveBytes = liveBytesOf(snapshot);
  const isLiveWithheld = whyLiveIsWrong(snapshot) !== undefined;
  return liveBytes === undefined || isLiveWithheld ? { isLiveWithheld } : { liveBytes, isLiveWithheld };
}
