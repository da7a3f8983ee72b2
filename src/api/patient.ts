import type { Patient } from '../doctor/patient.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import { inspectHeap } from '../native/inspector.ts';
import { collectEvidence } from '../observe/evidence.ts';
import { Glancer } from '../observe/glance.ts';
import { takeSecondLook } from '../observe/growth.ts';
import { readProcFile } from '../observe/identity.ts';
import type { InspectHeap } from '../observe/readings.ts';
import { parsePulse, parseResourceUse } from '../parse/proc-stat.ts';
import { pageSizeBytes } from '../process/page-map.ts';

export interface PatientOptions {
  /** For all answers of the JVM to one look, and for each thing it is told to do. */
  timeoutMs: number;
  histogram?: boolean;
  /** As in `ReadingOptions`. Default 0. */
  patienceMs?: number;
  /** As in `ReadingOptions`. Default 0. */
  ownersBudgetMs?: number;
  onLonger?: ((budgetMs: number) => void) | undefined;
  /** Calls off whatever is under way: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** glibc serves some 8,000 sizes below 128 KiB: all of them. */
const mostSizes = 10_000;

/** A running process as the doctor looks at it, and asks it. */
export function makePatient(
  pid: number,
  { timeoutMs, histogram = false, patienceMs = 0, ownersBudgetMs = 0, onLonger, signal }: PatientOptions,
): Patient {
  const calledOff = signal ? { signal } : {};
  const inspect: InspectHeap = (id, options) => inspectHeap(id, { ...options, sizes: mostSizes });
  const glancer = new Glancer(pid);
  const options = { inspect, histogram, blockMakers: true, timeoutMs, patienceMs, ownersBudgetMs, onLonger, ...calledOff };
  return {
    look: ({ isWarmUp } = { isWarmUp: false }) => collectEvidence(pid, { ...options, isWarmUp }),
    lookAgain: (first, glances) => takeSecondLook(first, options, glances),
    glance: (budgetMs) => glancer.glance({ inspect, budgetMs, signal }),
    inspect: () => inspectHeap(pid, calledOff),
    readRssBytes: async () => (parsePulse(await readProcFile(pid, 'stat'))?.rssPages ?? 0) * pageSizeBytes,
    readUse: async () => parseResourceUse(await readProcFile(pid, 'stat')),
    ask: (command) => runDiagnosticCommand(pid, command, { timeoutMs, ...calledOff }),
  };
}
