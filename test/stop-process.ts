import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Stops a process, and waits until each of its threads stands: a thread that runs meanwhile may still answer. */
export async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  while (!readdirSync(`/proc/${pid}/task`).every((thread) => isStopped(pid, thread))) await delay(1);
}

function isStopped(pid: number, thread: string): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  } catch {
    // It has ended since the list: that is made anew.
    return false;
  }
}

/** Stops every thread of a process while `use` runs. */
export async function whileStopped<Result>(pid: number, use: () => Result | Promise<Result>): Promise<Result> {
  try {
    await stopProcess(pid);
    return await use();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
