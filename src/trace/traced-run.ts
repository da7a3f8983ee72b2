import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { removeAttachSocket } from '../jvm/attach-leftover.ts';
import type { ProcessEnd, RunningProcess } from '../process/runner.ts';
import { ThreadNames } from './thread-names.ts';

export interface RunOptions {
  /** Undefined: until the program ends. */
  forMs: number | undefined;
  /** How long it may take to end after SIGTERM. */
  graceMs: number;
  signal: AbortSignal;
  /** Called with what the program writes to stdout. */
  onLine: (line: string) => void;
}

export interface FinishedRun {
  end: ProcessEnd;
  threadNames: ThreadNames;
  /** Whether it was asked to end, rather than having ended by itself. */
  stopped: boolean;
}

/** Lets a program run to its end or its time, naming its threads meanwhile. `rootPid` is looked for the program, below it too. */
export async function runNamingThreads(
  child: RunningProcess,
  rootPid: number,
  { forMs, graceMs, signal, onLine }: RunOptions,
): Promise<FinishedRun> {
  const over = new AbortController();
  void child.ended.then(() => over.abort());
  const reading = (async () => {
    for await (const line of child.lines) onLine(line);
  })();
  const threadNames = new ThreadNames(rootPid);
  const naming = threadNames.watch(over.signal);
  const until = AbortSignal.any([signal, over.signal]);
  const time = forMs === undefined ? once(until, 'abort', { signal: until }) : delay(forMs, undefined, { signal: until });
  await time.catch(() => {});
  const stopped = !over.signal.aborted;
  if (stopped) {
    await threadNames.readNames();
    child.kill('SIGTERM');
    await delay(graceMs, undefined, { signal: over.signal }).catch(() => {});
    if (!over.signal.aborted) child.kill('SIGKILL');
  }
  const end = await child.ended;
  await Promise.all([naming, reading]);
  if (rootPid === child.pid) await removeAttachSocket(threadNames.pid);
  return { end, threadNames, stopped };
}
