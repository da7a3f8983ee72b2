import { execa } from 'execa';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { requireCurrentFolder } from './executable.ts';
import { boundedLines, quotableLine } from './lines.ts';
import type { ProcessEnd, ProcessRunner, ProcessSpec, RunningProcess } from './runner.ts';
import { startInGroup } from './start-in-group.ts';
import { armWatchdog } from './watchdog.ts';

const stderrTailLines = 20;
/** They ask a tool for its version, or a package manager for a package; a machine that is swapping may need long. */
const captureTimeoutMs = 60_000;
const killAfterMs = 2000;
/** A JVM’s flags are 100 KB. */
const mostCharacters = 1024 ** 2;

export const execaRunner: ProcessRunner = {
  start: startProcess,
  async capture(command, args, { env = {}, cwd, timeoutMs = captureTimeoutMs, signal } = {}) {
    requireCurrentFolder();
    const where = cwd === undefined ? {} : { cwd };
    const until = signal ? { cancelSignal: signal } : {};
    const ending = { timeout: timeoutMs, forceKillAfterDelay: killAfterMs, maxBuffer: mostCharacters };
    const { stdout, stderr, failed } = await execa(command, args, {
      env,
      reject: false,
      stdin: 'ignore',
      ...ending,
      ...where,
      ...until,
    });
    signal?.throwIfAborted();
    return failed ? undefined : { stdout, stderr };
  },
};

/** The same, whose short commands a signal ends: they reject with its reason. */
export function runnerUntil(signal: AbortSignal): ProcessRunner {
  return { ...execaRunner, capture: (command, args, options) => execaRunner.capture(command, args, { ...options, signal }) };
}

async function startProcess({
  command,
  args,
  env,
  stdin = 'none',
  privateFolder,
  group,
  onErrorLine,
}: ProcessSpec): Promise<RunningProcess> {
  requireCurrentFolder();
  const watchdog = armWatchdog({ privateFolder, cgroup: group?.folder });
  // A group of its own: a wrapper script and what it has started are signalled as one.
  const start = group ? startInGroup(group, { command, args, env }) : { command, args, env };
  const child = execa(start.command, start.args, {
    env: { ...start.env, ...watchdog.mark },
    extendEnv: false,
    reject: false,
    buffer: false,
    detached: true,
    stdin: stdin === 'lines' ? 'pipe' : 'ignore',
  });
  const { pid } = child;
  if (pid === undefined) {
    watchdog.callOff();
    const { originalMessage } = await child;
    throw new OffheapError('CHILD_FAILED', `Could not start ${quote(command)}: ${originalMessage ?? 'unknown cause'}.`);
  }
  watchdog.watch(pid);
  // What it leaves running would hold its output open, and is not to outlive the cell.
  child.once('exit', () => killGroup(pid, 'SIGKILL'));
  const stderr = keepTail(child.stderr, onErrorLine);
  // Writing to a program that has just died is no error of ours: its end is reported by `ended`.
  child.stdin?.on('error', () => {});
  return {
    pid,
    lines: boundedLines(child.stdout),
    ended: child.then(async ({ exitCode, signal }): Promise<ProcessEnd> => {
      watchdog.callOff();
      return { exitCode, signal, stderrTail: (await stderr).join('\n') };
    }),
    sendLine: (line) => {
      if (child.stdin?.writable) child.stdin.write(`${line}\n`);
    },
    kill: (signal) => killGroup(pid, signal),
  };
}

async function keepTail(stream: NodeJS.ReadableStream, onLine: ((line: string) => void) | undefined): Promise<string[]> {
  const tail: string[] = [];
  for await (const line of boundedLines(stream)) {
    onLine?.(line);
    tail.push(line);
    if (tail.length > stderrTailLines) tail.shift();
  }
  // Only these: to make each line of a flood printable costs minutes.
  return tail.map(quotableLine);
}

function killGroup(groupId: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-groupId, signal);
  } catch {
    // All of it has ended.
  }
}
