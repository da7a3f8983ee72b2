import type { Pressure } from '../model/container.ts';
import { matchLines } from './lines.ts';

/**
 * `memory.pressure` of a cgroup v2, or /proc/pressure/memory of the host (linux: accounting/psi.rst, since 4.20): averages in percent, the total in microseconds. Undefined for
 * text of another shape.
 */
export function parsePressure(text: string): Pressure | undefined {
  const lines = new Map<string, Pressure['some']>();
  for (const [, kind = '', avg10, avg60, total] of matchLines(
    text,
    /^(some|full) avg10=(\d{1,3}\.\d\d) avg60=(\d{1,3}\.\d\d) avg300=\d{1,3}\.\d\d total=(\d{1,18})$/,
  ))
    lines.set(kind, { avg10Share: shareOf(avg10), avg60Share: shareOf(avg60), totalMs: Number(total) / 1000 });
  const [some, full] = [lines.get('some'), lines.get('full')];
  return some && full && { some, full };
}

/** Rounded as the kernel rounds: it has two decimals of a percentage. */
function shareOf(percent: string | undefined): number {
  return Math.min(1, Math.round(Number(percent) * 100) / 10_000);
}
