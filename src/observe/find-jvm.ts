import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { parseResidentBytes } from '../parse/proc-fields.ts';
import { type ProcFile, readProcSync } from '../process/proc-file.ts';
import { listThreads, readChildren } from '../process/threads.ts';

export interface MeasuredProcess {
  pid: number;
  isJvm: boolean;
}

/**
 * The process to measure: the one that was started or, when that is a wrapper around a JVM, the JVM: of several among its descendants the one with
 * the largest RSS.
 */
export function findMeasuredProcess(startedPid: number): MeasuredProcess {
  if (mapsJvm(startedPid)) return { pid: startedPid, isJvm: true };
  const [jvm] = descendantsOf(startedPid)
    .filter(mapsJvm)
    .map((pid) => ({ pid, rssBytes: rssOf(pid) }))
    .sort((a, b) => b.rssBytes - a.rssBytes);
  return jvm ? { pid: jvm.pid, isJvm: true } : { pid: startedPid, isJvm: false };
}

/** Those that a process has started, and those that they have. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

function childrenOf(pid: number): number[] {
  return listThreads(pid).flatMap((tid) => readChildren(pid, tid));
}

function mapsJvm(pid: number): boolean {
  return isMappedByJvm(parseMappedFiles(read(pid, 'maps') ?? ''));
}

function rssOf(pid: number): number {
  return parseResidentBytes(read(pid, 'status') ?? '') ?? 0;
}

/** A process may end between two looks. */
function read(pid: number, file: ProcFile): string | undefined {
  try {
    return readProcSync(pid, file);
  } catch {
    return undefined;
  }
}
