import type { AddressRange } from '../model/address-range.ts';
import { liveBytesOf } from '../model/counters.ts';
import type { PhaseSample } from '../model/result.ts';
import type { CounterReader } from '../native/counters.ts';
import { readResidentMemory } from '../native/resident-memory.ts';
import type { PhaseLine } from '../parse/phase-line.ts';
import { parseResourceUse, type ResourceUse } from '../parse/proc-stat.ts';
import { readProcSync } from '../process/proc-file.ts';

/** What a phase is read from. */
export interface PhaseSources {
  pid: number;
  /** performance.now() at the start of the process. */
  startedAt: number;
  counters: CounterReader | undefined;
  /** Where the Java heap lies: undefined when it is not known, empty for a program that has none. */
  javaHeap: readonly AddressRange[] | undefined;
}

/** One exact reading of everything, taken from outside; a program that waits for it is not raced. */
export function measurePhase({ pid, startedAt, counters, javaHeap }: PhaseSources, announced?: PhaseLine['values']): PhaseSample {
  const atMs = Math.round(performance.now() - startedAt);
  const { rangesRssBytes: javaHeapRssBytes, ...memory } = readResidentMemory(pid, javaHeap);
  const snapshot = counters?.read();
  const sample: PhaseSample = { atMs, ...memory, ...readResourceUse(pid) };
  if (javaHeapRssBytes !== undefined) {
    sample.javaHeapRssBytes = javaHeapRssBytes;
    sample.nativeRssBytes = memory.rssBytes - javaHeapRssBytes;
  } else if (javaHeap?.length === 0) sample.nativeRssBytes = memory.rssBytes;
  if (snapshot) sample.liveBytes = liveBytesOf(snapshot);
  if (snapshot?.liveMappedBytes !== undefined) sample.liveMappedBytes = snapshot.liveMappedBytes;
  if (announced) sample.announced = announced;
  return sample;
}

function readResourceUse(pid: number): ResourceUse | undefined {
  try {
    return parseResourceUse(readProcSync(pid, 'stat'));
  } catch {
    return undefined;
  }
}
