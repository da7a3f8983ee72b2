import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { parseKiBFields } from '../../src/parse/proc-fields.ts';
import { compile, type Kind } from './preloaded.ts';

/** A thread of the kernel; undefined where none is to be seen, as in a container. */
export const kernelThread = existsSync('/proc/2/comm') && readFileSync('/proc/2/comm', 'utf8') === 'kthreadd\n' ? 2 : undefined;

/** Why tests of it are skipped. */
export const noKernelThread = 'no thread of the kernel is to be seen here';

export interface Inspected {
  pid: number;
  /** Makes the program do what it does for a byte of stdin, and waits until it says so. */
  prod(): Promise<void>;
  kill(): Promise<void>;
}

interface HeapProgram {
  args?: readonly string[];
  kind?: Kind;
}

/** Starts one of programs/ that waits at "ready" on plain glibc, and waits until it is there. It ends with the test. */
export async function startHeap(
  program: string,
  env: NodeJS.ProcessEnv = {},
  { args = [], kind }: HeapProgram = {},
): Promise<Inspected> {
  return startFile(compile(program, kind), args, env);
}

/** The same of a program that is there. */
export async function startFile(path: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Inspected> {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const ended = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const heard = async (word: string) => {
    const { value } = await lines.next();
    if (value !== word) throw new Error(`${path} said ${JSON.stringify(value)} instead of ${word}`);
  };
  await heard('ready');
  const prod = () => {
    child.stdin.write('.');
    return heard('trimmed');
  };
  return { pid: child.pid ?? 0, prod, kill };
}

/** Waits until every thread does: on its way there, which is long on a busy machine, it has faults of its own. */
export async function untilAsleep(pid: number): Promise<void> {
  const sleeps = (thread: string) => /\) S /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  while (!readdirSync(`/proc/${pid}/task`).every(sleeps)) await delay(1);
}

/** What must not change by looking at a process. */
export function footprint(pid: number): Record<string, number | undefined> {
  const status = parseKiBFields(readFileSync(`/proc/${pid}/status`, 'utf8'));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [minorFaults, , majorFaults] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(7, 10)
    .map(Number);
  return { rss: rssOf(pid), tables: status.get('VmPTE'), minorFaults, majorFaults };
}

export function rssOf(pid: number): number {
  return parseKiBFields(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')).get('Rss') ?? Number.NaN;
}
