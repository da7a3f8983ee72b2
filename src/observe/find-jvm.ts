import { readdirSync, readFileSync } from 'node:fs';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { parseKiBFields } from '../parse/proc-fields.ts';

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

function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

function childrenOf(pid: number): number[] {
  const tasks = attempt(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return tasks.flatMap((task) => (read(`/proc/${pid}/task/${task}/children`) ?? '').split(' ').filter(Boolean).map(Number));
}

function mapsJvm(pid: number): boolean {
  return isMappedByJvm(parseMappedFiles(read(`/proc/${pid}/maps`) ?? ''));
}

function rssOf(pid: number): number {
  return parseKiBFields(read(`/proc/${pid}/status`) ?? '').get('VmRSS') ?? 0;
}

/** A process may end between two looks. */
function read(path: string): string | undefined {
  return attempt(() => readFileSync(path, 'utf8'));
}

function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
