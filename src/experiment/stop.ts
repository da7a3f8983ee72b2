import { setTimeout as delay } from 'node:timers/promises';
import { formatSeconds } from '../model/units.ts';
import type { ScriptContext } from './script-context.ts';

/** SIGTERM, and SIGKILL to a program that has not ended some time after. */
export async function stopGracefully(
  { child, notes, report }: Pick<ScriptContext, 'child' | 'notes' | 'report'>,
  graceMs: number,
): Promise<void> {
  report.stopped = true;
  child.kill('SIGTERM');
  const waiting = new AbortController();
  const late = delay(graceMs, true, { signal: waiting.signal }).catch(() => false);
  const isLate = await Promise.race([late, child.ended.then(() => false)]);
  waiting.abort();
  if (!isLate) return;
  notes.push(`did not end within ${formatSeconds(graceMs)} of SIGTERM, and was killed`);
  child.kill('SIGKILL');
  await child.ended;
}
