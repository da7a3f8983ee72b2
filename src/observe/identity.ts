import { readFile } from 'node:fs/promises';
import { OffheapError } from '../model/errors.ts';
import { parseStatusLine } from '../parse/proc-fields.ts';
import { parseStat, ticksPerSecond } from '../parse/proc-stat.ts';
import { type ProcFile, readProc } from '../process/proc-file.ts';
import { explainRefusal } from '../process/ptrace-permission.ts';

/** A process at one moment: pid and start time are one process for ever, a pid alone is not. */
export interface Identity {
  pid: number;
  startTimeTicks: number;
  uptimeMs: number;
  threads: number;
}

/** @throws OffheapError NO_SUCH_PROCESS for a pid that is free, a zombie's, or a kernel thread's. */
export async function readIdentity(pid: number): Promise<Identity> {
  const [stat, status, uptime] = await Promise.all([
    readProcFile(pid, 'stat'),
    readProcFile(pid, 'status'),
    readFile('/proc/uptime', 'utf8'),
  ]);
  const { state, startTime } = parseStat(stat);
  // Either may have been read before its end.
  if ([state, parseStatusLine(status, 'State')?.[0] ?? ''].some((letter) => letter === 'Z' || letter === 'X')) {
    const parent = parseStatusLine(status, 'PPid');
    throw new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected a running process ${pid}, found one that has ended and has no memory any more (a zombie, which its parent ${parent} has not reaped).`,
    );
  }
  if (parseStatusLine(status, 'VmSize') === undefined) {
    throw new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected a process with memory of its own, but ${pid} is a kernel thread. List processes: ps -e -o pid,rss,args --sort=-rss`,
    );
  }
  const tgid = parseStatusLine(status, 'Tgid');
  if (tgid !== String(pid)) {
    throw new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected a process, but ${pid} is a thread of process ${tgid}. Run: offheap doctor ${tgid}`,
    );
  }
  const uptimeMs = (Number.parseFloat(uptime) - startTime / ticksPerSecond) * 1000;
  return {
    pid,
    startTimeTicks: startTime,
    uptimeMs: Math.max(0, Math.round(uptimeMs)),
    threads: Number(parseStatusLine(status, 'Threads')),
  };
}

/** @throws OffheapError PROCESS_ENDED when the process that was looked at is gone, whoever has its pid now. */
export async function requireSame({ pid, startTimeTicks }: Pick<Identity, 'pid' | 'startTimeTicks'>): Promise<void> {
  const stat = await readProc(pid, 'stat').catch(() => undefined);
  const now = stat === undefined ? undefined : parseStat(stat);
  if (now?.startTime === startTimeTicks && now.state !== 'Z' && now.state !== 'X') return;
  const isReused = now !== undefined && now.startTime !== startTimeTicks;
  throw new OffheapError(
    'PROCESS_ENDED',
    `Process ${pid} ended while it was looked at${isReused ? ', and its pid is another process now' : ''}.`,
  );
}

/** A file of /proc/PID. @throws OffheapError NO_SUCH_PROCESS, NO_PERMISSION with every cure there is, or INSPECT_FAILED for one that is longer than is read. */
export async function readProcFile(pid: number, file: ProcFile): Promise<string> {
  try {
    return await readProc(pid, file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // EINVAL: mountinfo of one that has ended and was not reaped (linux: fs/proc_namespace.c, mounts_open_common).
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EINVAL') {
      throw new OffheapError('NO_SUCH_PROCESS', `Expected a running process ${pid}, found none. List them: jps -l, or ps -e`, {
        cause,
      });
    }
    if (code === 'EACCES' || code === 'EPERM') throw noPermission(pid, file, cause);
    throw cause;
  }
}

function noPermission(pid: number, file: string, cause: unknown): OffheapError {
  const { why, cure } = explainRefusal(pid, 'read');
  return new OffheapError('NO_PERMISSION', `Expected to be allowed to read /proc/${pid}/${file}, but ${why}. ${cure}`, { cause });
}
