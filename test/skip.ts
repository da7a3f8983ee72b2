import { spawnSync } from 'node:child_process';
import { beforeEach } from 'vitest';

/**
 * Skips every test of the file, or of the `describe` in which it is called, unless the condition holds, and returns whether it does; a
 * `beforeAll` runs all the same. One test alone is skipped by its context: `context.skip(!condition, reason)`. Reasons are printed and counted
 * at the end of the run.
 */
export function skipUnless(condition: boolean, reason: string): boolean {
  if (!condition) beforeEach((context) => context.skip(reason));
  return condition;
}

export const has = (command: string) => spawnSync('sh', ['-c', 'command -v "$0"', command]).status === 0;

export const isRoot = process.geteuid?.() === 0;
