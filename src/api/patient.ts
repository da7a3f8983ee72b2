import type { Patient } from '../doctor/patient.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import { type InspectOptions, inspectHeap } from '../native/inspector.ts';
import { collectEvidence } from '../observe/evidence.ts';
import { takeSecondLook } from '../observe/growth.ts';
import { readProcFile } from '../observe/identity.ts';
import { parsePulse, parseResourceUse } from '../parse/proc-stat.ts';
import { pageSizeBytes } from '../process/page-map.ts';

export interface PatientOptions {
  /** For all answers of the JVM to one look, and for each thing it is told to do. */
  timeoutMs: number;
  histogram?: boolean;
  /** As in `ReadingOptions`. Default 0. */
  patienceMs?: number;
  onLonger?: ((budgetMs: number) => void) | undefined;
  /** Calls off whatever is under way: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Sizes of which so many blocks are in use that they explain something are among so many. */
const listedSizes = 32;

const inspectBySize = (pid: number, options: InspectOptions) => inspectHeap(pid, { ...options, sizes: listedSizes });

/** A running process as the doctor looks at it, and asks it. */
export function makePatient(
  pid: number,
  { timeoutMs, histogram = false, patienceMs = 0, onLonger, signal }: PatientOptions,
): Patient {
  const calledOff = signal ? { signal } : {};
  const options = { inspect: inspectBySize, histogram, blockMakers: true, timeoutMs, patienceMs, onLonger, ...calledOff };
  return {
    look: () => collectEvidence(pid, options),
    lookAgain: (first) => takeSecondLook(first, options),
    inspect: () => inspectHeap(pid, calledOff),
    readRssBytes: async () => (parsePulse(await readProcFile(pid, 'stat'))?.rssPages ?? 0) * pageSizeBytes,
    readUse: async () => parseResourceUse(await readProcFile(pid, 'stat')),
    ask: (command) => runDiagnosticCommand(pid, command, { timeoutMs, ...calledOff }),
  };
}
