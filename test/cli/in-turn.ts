import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Finished } from './offheap.ts';

const script = fileURLToPath(new URL('in-turn.mjs', import.meta.url));

interface Call {
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/** Runs the command line once, after those that were asked for before. */
export type RunInTurn = (call: Call) => Promise<Finished>;

/**
 * Runs the compiled command line as a user's shell does, one run after the other in one process that lasts until the test ends: most of a run that is refused
 * is Node's start and the same modules. `before` is a command that runs it, `environment` what it has before its runs set theirs.
 */
export async function startInTurn(before: readonly string[] = [], environment: Record<string, string> = {}): Promise<RunInTurn> {
  const { run, end } = await start(before, environment);
  onTestFinished(end);
  return run;
}

/** Of which a test may ask what it takes. */
export interface Runner {
  run: RunInTurn;
  pid: () => number;
}

/** The same in so many processes that last until the last test of the file, or of the group, where this is called. */
export function startAllInTurn(count: number, environment: () => Record<string, string> = () => ({})): RunInTurn[] {
  return startRunners(count, environment).map(({ run }) => run);
}

export function startRunners(count: number, environment: () => Record<string, string> = () => ({})): Runner[] {
  let started: Awaited<ReturnType<typeof start>>[] = [];
  beforeAll(async () => {
    started = await Promise.all(Array.from({ length: count }, () => start([], environment())));
  });
  afterAll(async () => void (await Promise.all(started.map(({ end }) => end()))));
  return Array.from({ length: count }, (_, index) => ({
    run: (call) => started[index]?.run(call) ?? Promise.reject(new Error('Expected a call of a test.')),
    pid: () => started[index]?.pid ?? 0,
  }));
}

/**
 * As `offheap` (offheap.ts), for all tests of a file, one run after the other: only where it is no matter how a process starts and ends, and what its standard
 * streams are.
 */
export function offheapInTurn(): (args: string[], env?: Record<string, string>, cwd?: string) => Promise<Finished> {
  const [run] = startAllInTurn(1) as [RunInTurn];
  return (args, env = {}, cwd = process.cwd()) => run({ args, cwd, env });
}

async function start(
  before: readonly string[],
  environment: Record<string, string>,
): Promise<{ run: RunInTurn; end: () => Promise<void>; pid: number }> {
  const [command = '', ...args] = [...before, process.execPath, script];
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...environment },
  });
  const ended = once(child, 'exit').then(([status, signal]) => {
    throw new Error(`Expected the command line to return, and its process ended: ${status ?? signal}.`);
  });
  ended.catch(() => {});
  const answer = async (): Promise<Finished> => (await Promise.race([once(child, 'message'), ended]))[0];
  await answer();
  let last: Promise<unknown> = Promise.resolve();
  const run: RunInTurn = (call) => {
    const next = last.then(() => {
      child.send(call);
      return answer();
    });
    last = next.catch(() => {});
    return next;
  };
  // Waited for, so that its processor time is told as the file's.
  const end = async () => {
    child.kill('SIGKILL');
    await ended.catch(() => {});
  };
  return { run, end, pid: child.pid ?? 0 };
}
