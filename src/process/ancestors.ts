import { parseParentPid } from '../parse/proc-stat.ts';
import { readProcSync } from './proc-file.ts';

/** Longer chains than this have a circle of reused pids in them. */
const longestChain = 64;

/** This process and those that it was started by: npx, npm, a shell, sudo. Their command lines have the options of this one. */
export function ownLine(): ReadonlySet<number> {
  const line = new Set<number>([process.pid]);
  for (let pid = process.ppid; pid > 1 && line.size < longestChain && !line.has(pid); ) {
    line.add(pid);
    pid = parentOf(pid);
  }
  return line;
}

/** 0 of a process that has ended. */
function parentOf(pid: number): number {
  try {
    return parseParentPid(readProcSync(pid, 'stat'));
  } catch {
    return 0;
  }
}
