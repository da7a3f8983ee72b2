import { readdirSync, readFileSync } from 'node:fs';
import { parseInnermostId, parseStatusLine } from '../parse/proc-fields.ts';

export interface ThreadPlace {
  /** As this process sees it. */
  tid: number;
  /** As the thread's own pid namespace sees it. */
  innerTid: number;
  /** At most 15 bytes (proc(5), comm). */
  name: string;
  /** Absent while it runs, and for those that may not ptrace the process. */
  stackPointer?: number;
}

/** Every thread of a process; threads that end meanwhile are left out. About 20 µs each. */
export function readThreadPlaces(pid: number): ThreadPlace[] {
  const folder = `/proc/${pid}/task`;
  const isNested = (parseStatusLine(read(`/proc/${pid}/status`) ?? '', 'NSpid')?.split(/\s+/).length ?? 1) > 1;
  return list(folder).flatMap((entry) => {
    const name = read(`${folder}/${entry}/comm`);
    if (name === undefined) return [];
    const tid = Number(entry);
    const innerTid = isNested ? parseInnermostId(read(`${folder}/${entry}/status`) ?? '') : tid;
    const stackPointer = parseStackPointer(read(`${folder}/${entry}/syscall`));
    return [{ tid, innerTid: innerTid ?? tid, name: name.trimEnd(), ...(stackPointer === undefined ? {} : { stackPointer }) }];
  });
}

/**
 * Names of threads by their ids in the process's own pid namespace, whose pid there is `innerPid`: what /proc says now. Ten microseconds each;
 * in a nested namespace three times that.
 */
export function livingThreadNames(pid: number, innerPid: number): (innerTid: number) => string | undefined {
  if (pid === innerPid) return (tid) => asciiOf(read(`/proc/${pid}/task/${tid}/comm`)?.replace(/\n$/, ''));
  const names = new Map(readThreadPlaces(pid).map(({ innerTid, name }) => [innerTid, name]));
  return (innerTid) => asciiOf(names.get(innerTid));
}

/** As the addon shows those of a page: bytes that anybody may have set. */
function asciiOf(name: string | undefined): string | undefined {
  return name?.replaceAll(/[^ -~]/g, '?');
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

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
