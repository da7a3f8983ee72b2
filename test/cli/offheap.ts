import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin', 'offheap.js');

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Starts the compiled command line, as a user's shell does. Who kills it names a folder of his own: its JVM has the same one, where a killed
 * harness leaves the trigger of an attach that it was about to make.
 */
export function startOffheap(args: string[], env: Record<string, string> = {}, cwd?: string) {
  return startScript(bin, args, { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env }, cwd);
}

export function offheap(args: string[], env: Record<string, string> = {}): Promise<Finished> {
  return startOffheap(args, env).finished;
}

/** Another copy of it, with nothing but this environment. */
export function runScript(script: string, args: string[], env: Record<string, string>): Promise<Finished> {
  return startScript(script, args, env).finished;
}

function startScript(script: string, args: string[], env: NodeJS.ProcessEnv, cwd?: string) {
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const finished = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[status], stdout, stderr]): Finished => ({ status, stdout, stderr }),
  );
  return { child, finished };
}
