import type { Patient } from '../doctor/apply.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import type { Evidence } from '../model/doctor.ts';
import { type InspectOptions, inspectHeap } from '../native/inspector.ts';
import { collectEvidence } from '../observe/evidence.ts';
import { takeSecondLook } from '../observe/growth.ts';

export interface PatientOptions {
  timeoutMs: number;
  histogram?: boolean;
  /** Calls off whatever is done with the process: that rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A running process as the doctor looks at it, and asks it. */
export function makePatient(pid: number, { timeoutMs, histogram = false, signal }: PatientOptions): Patient {
  const inspect = (target: number, options: InspectOptions = {}) => inspectHeap(target, signal ? { ...options, signal } : options);
  const options = { inspect, histogram, timeoutMs };
  /** A heap that could not be inspected is a gap in the evidence; one that was not to be inspected any more is none. */
  const unlessAborted = (evidence: Evidence): Evidence => {
    signal?.throwIfAborted();
    return evidence;
  };
  return {
    look: async () => unlessAborted(await collectEvidence(pid, options)),
    lookAgain: async (first) => unlessAborted(await takeSecondLook(first, options)),
    inspect: () => inspect(pid),
    ask: (command) => runDiagnosticCommand(pid, command, { timeoutMs }),
  };
}
