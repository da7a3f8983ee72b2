import { parseParentPid, parseStat } from '../parse/proc-stat.ts';
import { readCommandLine } from '../process/command-line.ts';
import { readProc } from '../process/proc-file.ts';
import { listThreads, readChildren } from '../process/threads.ts';

export interface TreeProcess {
  pid: number;
  parentPid: number;
  command: string[];
  state: string;
}

/** proc(5), the third field of stat. */
const states: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'disk wait',
  T: 'stopped',
  t: 'traced',
  Z: 'zombie',
};

/** A process and its descendants, parents first, and no more than so many. What ends meanwhile is left out. */
export async function readProcessTree(pid: number, most: number): Promise<TreeProcess[]> {
  const pids = [pid];
  const found: TreeProcess[] = [];
  for (let index = 0; index < pids.length && index < most; index++) {
    const next = pids[index] ?? pid;
    const process = await readOne(next);
    if (!process) continue;
    found.push(process);
    pids.push(...listThreads(next).flatMap((tid) => readChildren(next, tid)));
  }
  return found;
}

async function readOne(pid: number): Promise<TreeProcess | undefined> {
  const stat = await readProc(pid, 'stat').catch(() => undefined);
  if (stat === undefined) return undefined;
  const { state } = parseStat(stat);
  return { pid, parentPid: parseParentPid(stat), command: await readCommandLine(pid), state: states[state] ?? state };
}
