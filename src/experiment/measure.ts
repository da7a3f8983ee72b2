import { runDiagnosticCommand } from '../jvm/attach.ts';
import type { AddressRange } from '../model/address-range.ts';
import { liveBytesOf } from '../model/counters.ts';
import type { PhaseSample } from '../model/result.ts';
import type { CounterReader } from '../native/counters.ts';
import { readResidentMemory } from '../native/resident-memory.ts';
import { parseNmtTotal } from '../parse/nmt.ts';
import type { PhaseLine } from '../parse/phase-line.ts';

export interface Instruments {
  pid: number;
  /** performance.now() at the start of the process. */
  startedAt: number;
  counters: CounterReader | undefined;
  /** Where the Java heap lies; undefined when it is not known. */
  javaHeap: readonly AddressRange[] | undefined;
}

/** One exact reading of everything, taken from outside while the program waits. */
export function measurePhase({ pid, startedAt, counters, javaHeap }: Instruments, announced?: PhaseLine['values']): PhaseSample {
  const atMs = Math.round(performance.now() - startedAt);
  const { rangesRssBytes: javaHeapRssBytes, ...memory } = readResidentMemory(pid, javaHeap);
  const snapshot = counters?.read();
  return {
    atMs,
    ...memory,
    ...(javaHeapRssBytes === undefined ? {} : { javaHeapRssBytes, nativeRssBytes: memory.rssBytes - javaHeapRssBytes }),
    ...(snapshot ? { liveBytes: liveBytesOf(snapshot) } : {}),
    ...(snapshot?.liveMappedBytes === undefined ? {} : { liveMappedBytes: snapshot.liveMappedBytes }),
    ...(announced ? { announced } : {}),
  };
}

/** What the JVM itself says it has committed; undefined when NMT is off. */
export async function readNmtCommittedBytes(pid: number, timeoutMs: number): Promise<number | undefined> {
  return parseNmtTotal(await runDiagnosticCommand(pid, 'VM.native_memory summary', { timeoutMs }))?.committedBytes;
}
