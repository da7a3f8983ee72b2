import { opendirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { printable } from '../model/printable.ts';
import { parseInnermostId, parseStatusLine } from '../parse/proc-fields.ts';
import { parseResourceUse, parseStat } from '../parse/proc-stat.ts';

/** Looked at one by one they take two thirds of a second. */
export const maxThreads = 32_768;
/** Some ten milliseconds. */
const pieceThreads = 512;

export interface ThreadPlace {
  /** As this process sees it. */
  tid: number;
  /** As the thread's own pid namespace sees it. */
  innerTid: number;
  /** At most 15 bytes (proc(5), comm), printable. */
  name: string;
  /** Absent while it runs, and for those that may not ptrace the process. */
  stackPointer?: number;
}

/** The threads of a process, 32,768 of them at most; threads that end meanwhile are left out. About 20 µs each. */
export function readThreadPlaces(pid: number): ThreadPlace[] {
  return readPlaces(pid, listThreads(pid), isNested(pid));
}

/** The same; what waits for this thread gets it between pieces of them. */
export async function readThreadPlacesInPieces(pid: number): Promise<ThreadPlace[]> {
  const tids = listThreads(pid);
  const isInside = isNested(pid);
  const places: ThreadPlace[] = [];
  for (let from = 0; from < tids.length; from += pieceThreads) {
    if (from > 0) await setImmediate();
    places.push(...readPlaces(pid, tids.slice(from, from + pieceThreads), isInside));
  }
  return places;
}

/** Whether the process has a pid namespace of its own. */
function isNested(pid: number): boolean {
  return (parseStatusLine(read(`/proc/${pid}/status`) ?? '', 'NSpid')?.split(/\s+/).length ?? 1) > 1;
}

function readPlaces(pid: number, tids: readonly number[], isInside: boolean): ThreadPlace[] {
  const folder = `/proc/${pid}/task`;
  return tids.flatMap((tid) => {
    const name = read(`${folder}/${tid}/comm`);
    if (name === undefined) return [];
    const innerTid = isInside ? parseInnermostId(read(`${folder}/${tid}/status`) ?? '') : tid;
    const stackPointer = parseStackPointer(read(`${folder}/${tid}/syscall`));
    return [{ tid, innerTid: innerTid ?? tid, name: commOf(name), ...(stackPointer === undefined ? {} : { stackPointer }) }];
  });
}

/**
 * Names of threads by their ids in the process's own pid namespace, whose pid there is `innerPid`: what /proc says now. Ten microseconds each;
 * in a nested namespace three times that.
 */
export function livingThreadNames(pid: number, innerPid: number): (innerTid: number) => string | undefined {
  if (pid === innerPid) {
    return (tid) => {
      const text = read(`/proc/${pid}/task/${tid}/comm`);
      return text === undefined ? undefined : commOf(text);
    };
  }
  const names = new Map(readThreadPlaces(pid).map(({ innerTid, name }) => [innerTid, name]));
  return (innerTid) => names.get(innerTid);
}

/** The kernel ends a name with a newline, and a name may end with one of its own. */
function commOf(text: string): string {
  return printable(text.replace(/\n$/, ''));
}

/** `202 0x… … SP PC`: the second last field, of a thread that is blocked, `-1 SP PC` outside a system call. */
function parseStackPointer(text: string | undefined): number | undefined {
  const field = text?.trim().split(' ').at(-2);
  return field?.startsWith('0x') ? Number(field) : undefined;
}

/** The pid of a process in its own pid namespace; undefined when there is no such process. */
export function innermostPid(pid: number): number | undefined {
  const status = read(`/proc/${pid}/status`);
  return status === undefined ? undefined : (parseInnermostId(status) ?? pid);
}

/** Their ids, of more than `most` the first; none of a process that is gone. */
export function listThreads(pid: number, most = maxThreads): number[] {
  const tids: number[] = [];
  try {
    const folder = opendirSync(`/proc/${pid}/task`);
    try {
      for (let entry = folder.readSync(); entry && tids.length < most; entry = folder.readSync()) tids.push(Number(entry.name));
    } finally {
      folder.closeSync();
    }
  } catch {
    // It has ended.
  }
  return tids;
}

/** Whether a thread is a zombie, as the first of a process stays until the others have ended; undefined of one that is gone. */
export function hasThreadEnded(pid: number, tid: number): boolean | undefined {
  const stat = read(`/proc/${pid}/task/${tid}/stat`);
  if (stat === undefined) return undefined;
  const { state } = parseStat(stat);
  return state === 'Z' || state === 'X';
}

/** Processor time that threads of some names have used, by their ids, in milliseconds; of the first 2,000 threads of a process. */
export function readThreadTimes(pid: number, isWanted: (name: string) => boolean): Map<number, number> {
  const times = new Map<number, number>();
  for (const tid of listThreads(pid, mostTimed)) {
    const name = read(`/proc/${pid}/task/${tid}/comm`);
    if (name === undefined || !isWanted(commOf(name))) continue;
    const use = parseResourceUse(read(`/proc/${pid}/task/${tid}/stat`) ?? '');
    if (use) times.set(tid, use.cpuMs);
  }
  return times;
}

/** Of more, the names take longer to read than they are worth. */
const mostTimed = 2000;

/** Processes that a thread has started and that still run. */
export function readChildren(pid: number, tid: number): number[] {
  const children = read(`/proc/${pid}/task/${tid}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
