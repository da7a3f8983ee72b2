import { liveBytesOf, whyLiveIsWithdrawn } from '../model/counters.ts';
import type { Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { openCounters } from '../native/counters.ts';
import { type Looked, unknownBecause } from './unknown.ts';

/** What a preloaded library counts as live. Nothing where the process has none, as most. */
export function readLiveCounters(pid: number): Looked<NonNullable<Evidence['counters']>> {
  try {
    const reader = openCounters({ pid });
    try {
      const snapshot = reader.read();
      const contradiction = whyLiveIsWithdrawn(snapshot);
      if (contradiction !== undefined) {
        return { unknown: [{ instrument: 'counters', code: 'not-credible', detail: contradiction }] };
      }
      const liveBytes = liveBytesOf(snapshot);
      if (liveBytes === undefined) return { unknown: [] };
      const peak = snapshot.peakLiveRequestedBytes ?? snapshot.peakLiveUsableBytes;
      return { value: { liveBytes, ...(peak === undefined ? {} : { peakLiveBytes: peak }) }, unknown: [] };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof OffheapError && error.code === 'COUNTERS_NOT_FOUND') return { unknown: [] };
    return { unknown: [unknownBecause('counters', error)] };
  }
}
