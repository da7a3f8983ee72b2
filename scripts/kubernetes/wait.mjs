// Waiting for what is to come, with a bound: by looking again and again, never by a time that should be enough.
import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 100;

/**
 * @template T
 * @param {string} what is waited for, as the error names it
 * @param {() => T | Promise<T>} look tells it, or something falsy while it is not there
 * @returns {Promise<T>}
 * @throws Error after `timeoutMs`, with the last error of `look`
 */
export async function waitFor(what, look, timeoutMs = 60_000) {
  let last = '';
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await delay(everyMs)) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = `: ${error.message}`;
    }
  }
  throw new Error(`${what} did not come within ${timeoutMs / 1000} s${last}`);
}
