import { runDiagnosticCommand } from '../jvm/attach.ts';
import { liveBytesOf } from '../model/counters.ts';
import type { PhaseSample } from '../model/result.ts';
import type { CounterReader } from '../native/counters.ts';
import { parseNmtTotal } from '../parse/nmt.ts';
import type { PhaseLine } from '../parse/phase-line.ts';
import { readResidentMemory } from '../process/proc.ts';

export interface Instruments {
  pid: number;
  /** performance.now() at the start of the process. */
  startedAt: number;
  counters: CounterReader | undefined;
}

/** One exact reading of everything, taken from outside while the program waits. */
export async function measurePhase(
  { pid, startedAt, counters }: Instruments,
  announced?: PhaseLine['values'],
): Promise<PhaseSample> {
  const atMs = Math.round(performance.now() - startedAt);
  const memory = await readResidentMemory(pid);
  const snapshot = counters?.read();
  return {
    atMs,
    ...memory,
    ...(snapshot ? { liveBytes: liveBytesOf(snapshot) } : {}),
    ...(snapshot?.liveMappedBytes === undefined ? {} : { liveMappedBytes: snapshot.liveMappedBytes }),
    ...(announced ? { announced } : {}),
  };
}

/** What the JVM itself says it has committed; undefined when NMT is off. */
export async function readNmtCommittedBytes(pid: number, timeoutMs: number): Promise<number | undefined> {
  return parseNmtTotal(await runDiagnosticCommand(pid, 'VM.native_memory summary', { timeoutMs }))?.committedBytes;
}
