import { runDiagnosticCommand } from '../jvm/attach.ts';
import { type CellFailure, longestLine, longestThreadDump, mostLines, mostProcesses } from '../model/cell-failure.ts';
import { messageOf } from '../model/errors.ts';
import { present } from '../model/present.ts';
import { findMeasuredProcess } from '../observe/find-jvm.ts';
import { mayAttach } from '../observe/may-attach.ts';
import { readProcessTree } from '../observe/process-tree.ts';
import type { CellDoctor } from './cell-doctor.ts';

/** One that hangs may answer nothing. */
const threadDumpMs = 3000;

export interface FailingCell {
  /** That was started, and still runs. */
  pid: number;
  /** Of the load command, where one runs. */
  loadPid: number | undefined;
  doctor: CellDoctor | undefined;
  /** Takes what could not be seen, and why. */
  notes: string[];
  /** Calls it off. */
  signal: AbortSignal;
}

export interface LivingFailure {
  seen: Pick<CellFailure, 'processes' | 'threadDump' | 'look'>;
  /** That was asked: when it has ended, its attach socket is to be removed. */
  jvmPid?: number;
}

/** What is to be seen of a program before it is ended, because its cell has failed. Never rejects; it takes up to a quarter of a minute of one that hangs. */
export async function seeFailing({ pid, loadPid, doctor, notes, signal }: FailingCell): Promise<LivingFailure> {
  const noting = async <Value>(what: string, see: () => Promise<Value | undefined>): Promise<Value | undefined> => {
    if (signal.aborted) return undefined;
    try {
      return await see();
    } catch (error) {
      if (!signal.aborted) notes.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const own = await readProcessTree(pid, mostProcesses);
  if (own.length === 0) return { seen: {} };
  const ofLoad = loadPid === undefined ? [] : await readProcessTree(loadPid, mostProcesses - own.length);
  const measured = findMeasuredProcess(pid);
  // Before the doctor, who has the JVM at work.
  const threadDump = await noting('no thread dump', () => askThreadDump(measured, signal));
  const look = await noting('not looked at by the doctor', async () => doctor?.lookAtFailed(measured.pid, signal));
  const seen = { processes: [...own, ...ofLoad], ...present('threadDump', threadDump), ...present('look', look) };
  return { seen, ...present('jvmPid', measured.isJvm ? measured.pid : undefined) };
}

async function askThreadDump(
  { pid, isJvm }: ReturnType<typeof findMeasuredProcess>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!isJvm || !(await mayAttach(pid))) return undefined;
  const text = await runDiagnosticCommand(pid, 'Thread.print', { timeoutMs: threadDumpMs, signal });
  return text.length <= longestThreadDump ? text : text.slice(0, text.lastIndexOf('\n', longestThreadDump));
}

/** The last of them that say something, long ones cut. */
export function keptLines(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-mostLines)
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line));
}
