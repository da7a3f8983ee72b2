import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { processStartTime } from '../native/counter-source.ts';
import type { RunningProcess } from '../process/runner.ts';

/** How long a program that dies may take to be gone after the first sign of it: one that leaves a core or a report needs it. */
export const deathMs = 500;

/** What reading a process ends with when that ends meanwhile: then how it ended is the reason. */
export function isSymptomOfDeath(error: NodeJS.ErrnoException): boolean {
  if (error instanceof OffheapError) return /^(NO_SUCH_PROCESS|PROCESS_ENDED|ATTACH_FAILED|COUNTERS_\w+)$/.test(error.code);
  return error.code === 'ESRCH' || (error.code === 'ENOENT' && error.path?.startsWith('/proc/') === true);
}

/**
 * The reason that such a symptom is, of a program that does not end: a JVM below a wrapper that goes on, or a program whose output something else holds open. What
 * a read of /proc failed with tells nobody anything.
 */
export function describeSymptom(error: Error, pid: number): string {
  return processStartTime(pid) === undefined ? `Process ${pid} was measured, and ended while the command went on.` : error.message;
}

export function diesSoon({ ended }: RunningProcess): Promise<boolean> {
  return Promise.race([ended.then(() => true), delay(deathMs, false)]);
}
