import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Finished } from './offheap.ts';

const script = fileURLToPath(new URL('in-turn.mjs', import.meta.url));

interface Call {
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/**
 * Runs the compiled command line as a user's shell does, one run after the other in one process that lasts until the test ends: most of a run that is refused
 * is Node's start and the same modules. `before` is a command that runs it, `environment` what it has before its runs set theirs.
 */
export async function startInTurn(
  before: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<(call: Call) => Promise<Finished>> {
  const [command = '', ...args] = [...before, process.execPath, script];
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...environment },
  });
  const ended = once(child, 'exit').then(([status, signal]) => {
    throw new Error(`Expected the command line to return, and its process ended: ${status ?? signal}.`);
  });
  ended.catch(() => {});
  onTestFinished(() => void child.kill('SIGKILL'));
  const answer = async (): Promise<Finished> => (await Promise.race([once(child, 'message'), ended]))[0];
  await answer();
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const next = last.then(() => {
      child.send(call);
      return answer();
    });
    last = next.catch(() => {});
    return next;
  };
}
