import { readFile } from 'node:fs/promises';
import { OffheapError } from '../model/errors.ts';
import { parseEnviron, parseStatusLine } from '../parse/proc-fields.ts';
import { parseStat, ticksPerSecond } from '../parse/proc-stat.ts';
import { type ProcFile, readProc, readProcEnviron, readProcSync } from '../process/proc-file.ts';
import { explainHidden, explainRefusal } from '../process/ptrace-permission.ts';

/** A process at one moment: pid and start time are one process for ever, a pid alone is not. */
export interface Identity {
  pid: number;
  startTimeTicks: number;
  uptimeMs: number;
  threads: number;
  /** It gets no transparent huge pages: PR_SET_THP_DISABLE. Told from Linux 5.0 on. */
  hasNoHugePages: boolean;
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
    hasNoHugePages: parseStatusLine(status, 'THP_enabled') === '0',
  };
}

/**
 * To be called when all has been read: a process that ends gives its memory back first, then its groups, and is a zombie only after that (linux: kernel/exit.c, do_exit). Meanwhile its
 * mappings are cut short, and its group is the root of the hierarchy.
 *
 * @throws OffheapError PROCESS_ENDED when the process that was looked at is gone, whoever has its pid now.
 */
export function requireSame({ pid, startTimeTicks }: Pick<Identity, 'pid' | 'startTimeTicks'>): void {
  const now = readStat(pid);
  const hasMemory = now !== undefined && now.sizeBytes > 0 && now.state !== 'Z' && now.state !== 'X';
  if (now?.startTime === startTimeTicks && hasMemory) return;
  const isReused = now !== undefined && now.startTime !== startTimeTicks;
  throw new OffheapError(
    'PROCESS_ENDED',
    `Process ${pid} ended while it was looked at${isReused ? ', and its pid is another process now' : ''}.`,
  );
}

function readStat(pid: number): ReturnType<typeof parseStat> | undefined {
  try {
    return parseStat(readProcSync(pid, 'stat'));
  } catch {
    return undefined;
  }
}

/** A file of /proc/PID. @throws OffheapError NO_SUCH_PROCESS, NO_PERMISSION with every cure there is, or INSPECT_FAILED for one that is longer than is read. */
export async function readProcFile(pid: number, file: ProcFile): Promise<string> {
  return readProc(pid, file).catch((cause: unknown) => {
    throw explainProcError(pid, file, cause);
  });
}

/** `isCut`: it is longer than is read. @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION */
export async function readEnvironment(pid: number): Promise<{ environment: Map<string, string>; isCut: boolean }> {
  try {
    const { text, isCut } = await readProcEnviron(pid);
    return { environment: parseEnviron(text), isCut };
  } catch (cause) {
    throw explainProcError(pid, 'environ', cause);
  }
}

/** The error of the file system as what it means of this process; any other as it is. */
export function explainProcError(pid: number, file: ProcFile, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  // EINVAL: mountinfo of one that has ended and was not reaped (linux: fs/proc_namespace.c, mounts_open_common).
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'EINVAL') {
    const hidden = explainHidden(pid);
    if (hidden)
      return new OffheapError('NO_PERMISSION', `Expected to see process ${pid}, but ${hidden.why}. ${hidden.cure}`, { cause });
    return new OffheapError('NO_SUCH_PROCESS', `Expected a running process ${pid}, found none. List them: jps -l, or ps -e`, {
      cause,
    });
  }
  return code === 'EACCES' || code === 'EPERM' ? noPermission(pid, file, cause) : cause;
}

function noPermission(pid: number, file: string, cause: unknown): OffheapError {
  const { why, cure } = explainRefusal(pid, 'read');
  return new OffheapError('NO_PERMISSION', `Expected to be allowed to read /proc/${pid}/${file}, but ${why}. ${cure}`, { cause });
}
