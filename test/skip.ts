import { beforeEach } from 'vitest';

/**
 * Skips every test of the file, or of the `describe` in which it is called, unless the condition holds; one test alone is skipped by its
 * context: `context.skip(!condition, reason)`. The reason is printed and counted at the end of the run.
 */
export function skipUnless(condition: boolean, reason: string): void {
  if (!condition) beforeEach((context) => context.skip(reason));
}
