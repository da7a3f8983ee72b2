// Child processes and messages of the project's own scripts. Everything goes to stderr: stdout belongs to the command that follows.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export function say(message) {
  process.stderr.write(`offheap setup: ${message}\n`);
}

/** Ends the script with one sentence; never a stack trace. */
export function fail(message) {
  say(message);
  process.exit(1);
}

/** The path of an executable on PATH, or undefined. */
export function which(name) {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

/** A word as a POSIX shell reads it. */
export function quoteForShell(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs a command quietly; what it printed is shown only when it fails. Returns whether it succeeded. */
export function run(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  if (status === 0) return true;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  if (error) say(`${command} did not start: ${error.message}`);
  return false;
}

/** Says what is being done and, when it is done, how long it took. */
export function step(title, work) {
  say(`${title} …`);
  const startedAt = performance.now();
  const result = work();
  say(`${title}: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
}
