import type { Patient } from '../../doctor/apply.ts';
import { runDiagnosticCommand } from '../../jvm/attach.ts';
import { inspectHeap } from '../../native/inspector.ts';
import { collectEvidence } from '../../observe/evidence.ts';
import { takeSecondLook } from '../../observe/growth.ts';

/** A running process as the doctor looks at it, and asks it. */
export function makePatient(pid: number, { timeoutMs, histogram = false }: { timeoutMs: number; histogram?: boolean }): Patient {
  const options = { inspect: inspectHeap, histogram, timeoutMs };
  return {
    look: () => collectEvidence(pid, options),
    lookAgain: (first) => takeSecondLook(first, options),
    inspect: () => inspectHeap(pid),
    ask: (command) => runDiagnosticCommand(pid, command, { timeoutMs }),
  };
}
