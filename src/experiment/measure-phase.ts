import { readFileSync } from 'node:fs';
import type { AddressRange } from '../model/address-range.ts';
import { liveBytesOf } from '../model/counters.ts';
import type { PhaseSample } from '../model/result.ts';
import type { CounterReader } from '../native/counters.ts';
import { readResidentMemory } from '../native/resident-memory.ts';
import type { PhaseLine } from '../parse/phase-line.ts';
import { parseResourceUse, type ResourceUse } from '../parse/proc-stat.ts';

export interface Instruments {
  pid: number;
  /** performance.now() at the start of the process. */
  startedAt: number;
  counters: CounterReader | undefined;
  /** Where the Java heap lies: undefined when it is not known, empty for a program that has none. */
  javaHeap: readonly AddressRange[] | undefined;
}

/** One exact reading of everything, taken from outside; a program that waits for it is not raced. */
export function measurePhase({ pid, startedAt, counters, javaHeap }: Instruments, announced?: PhaseLine['values']): PhaseSample {
  const atMs = Math.round(performance.now() - startedAt);
  const { rangesRssBytes: javaHeapRssBytes, ...memory } = readResidentMemory(pid, javaHeap);
  const snapshot = counters?.read();
  return {
    atMs,
    ...memory,
    ...(javaHeapRssBytes === undefined ? {} : { javaHeapRssBytes, nativeRssBytes: memory.rssBytes - javaHeapRssBytes }),
    ...(javaHeap?.length === 0 ? { nativeRssBytes: memory.rssBytes } : {}),
    ...(snapshot ? { liveBytes: liveBytesOf(snapshot) } : {}),
    ...(snapshot?.liveMappedBytes === undefined ? {} : { liveMappedBytes: snapshot.liveMappedBytes }),
    ...readResourceUse(pid),
    ...(announced ? { announced } : {}),
  };
}

function readResourceUse(pid: number): ResourceUse | undefined {
  try {
    return parseResourceUse(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}
