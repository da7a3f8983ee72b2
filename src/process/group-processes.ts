import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import type { GroupProcess } from '../model/container.ts';
import { printable } from '../model/printable.ts';
import { parseKiBFields, parseStatusLine } from '../parse/proc-fields.ts';
import { isOfKernel, readGroupFile } from './cgroup-folders.ts';
import { readProc } from './proc-file.ts';

export interface GroupProcesses {
  processes: GroupProcess[];
  /** How many more there are, or may be. */
  unread: number;
}

/** A group may have any number of groups and processes below it. */
const maxFolders = 512;
const maxProcesses = 512;
const maxEntries = 4096;
/** The kernel walks the page tables of a process for its shares: a millisecond per 100 MiB. */
const defaultBudgetMs = 250;

/** The processes of a group and of all groups below it. The shares of `first` are read whatever they cost, those of the others within the budget. */
export async function readGroupProcesses(
  folder: string,
  first: number,
  sharesBudgetMs: number = defaultBudgetMs,
): Promise<GroupProcesses> {
  const { pids, hidden } = membersOf(folder, first);
  const ordered = [...(pids.has(first) ? [first] : []), ...[...pids].filter((pid) => pid !== first)];
  const processes: GroupProcess[] = [];
  const endsAt = performance.now() + sharesBudgetMs;
  let unread = hidden + Math.max(0, ordered.length - maxProcesses);
  for (const pid of ordered.slice(0, maxProcesses)) {
    const isInTime = pid === first || performance.now() < endsAt;
    const read = await readProcess(pid, isInTime);
    if (read) processes.push(read);
    else unread++;
  }
  return { processes, unread };
}

/** Those of other pid namespaces are listed as 0. */
function membersOf(top: string, first: number): { pids: Set<number>; hidden: number } {
  const pids = new Set<number>();
  let hidden = 0;
  for (const folder of walkGroups(top, maxFolders, (child) => isOfKernel(first, child))) {
    if (pids.size > maxProcesses) break;
    for (const line of (readGroupFile(folder, 'cgroup.procs') ?? '').split('\n')) {
      if (line === '0') hidden++;
      else if (line !== '') pids.add(Number(line));
    }
  }
  return { pids, hidden };
}

/** A group and those below it, the nearest first; at most so many of them. */
export function* walkGroups(top: string, most: number, mayEnter: (folder: string) => boolean = () => true): Generator<string> {
  const folders = [top];
  for (let index = 0; index < folders.length; index++) {
    const folder = folders[index] ?? top;
    yield folder;
    if (folders.length < most) folders.push(...foldersIn(folder, most - folders.length).filter(mayEnter));
  }
}

/** The groups right below a group; at most so many of them. */
function foldersIn(folder: string, most: number): string[] {
  const found: string[] = [];
  try {
    const entries = opendirSync(folder);
    try {
      // A cgroup has some hundred files; a container may have put a longer list there.
      for (let read = 0, entry = entries.readSync(); entry && read < maxEntries && found.length < most; read++) {
        if (entry.isDirectory()) found.push(join(folder, entry.name));
        entry = entries.readSync();
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    // Removed meanwhile.
  }
  return found;
}

/** Undefined of a process that has ended meanwhile. */
async function readProcess(pid: number, withShares: boolean): Promise<GroupProcess | undefined> {
  try {
    const status = await readProc(pid, 'status');
    const name = printable(parseStatusLine(status, 'Name') ?? '');
    const fields = parseKiBFields(status);
    const kernel = { pageTableBytes: fields.get('VmPTE') ?? 0, threads: Number(parseStatusLine(status, 'Threads') ?? 0) };
    const shares = withShares ? await readShares(pid) : undefined;
    if (shares) return { pid, name, ...kernel, ...shares };
    return {
      pid,
      name,
      ...kernel,
      anonBytes: fields.get('RssAnon') ?? 0,
      shmemBytes: fields.get('RssShmem') ?? 0,
      isRss: true,
    };
  } catch {
    return undefined;
  }
}

/** Undefined where they may not be read, and before Linux 5.4, which does not divide them. */
async function readShares(pid: number): Promise<Pick<GroupProcess, 'anonBytes' | 'shmemBytes'> | undefined> {
  try {
    const fields = parseKiBFields(await readProc(pid, 'smaps_rollup'));
    const anonBytes = fields.get('Pss_Anon');
    const shmemBytes = fields.get('Pss_Shmem');
    return anonBytes === undefined || shmemBytes === undefined ? undefined : { anonBytes, shmemBytes };
  } catch {
    return undefined;
  }
}
