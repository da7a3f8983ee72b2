import type { Throttling } from '../model/cell.ts';
import { matchLines } from './lines.ts';
import { ticksPerSecond } from './proc-stat.ts';

/** Of all processors of the machine together, since it started. */
export interface CpuTimes {
  /** The sum of all, idle time included. */
  capacityMs: number;
  /** Without work, or with all of it waiting for a disk. */
  idleMs: number;
  /** Given to other machines by the hypervisor. */
  stealMs: number;
}

/** user, nice, system, idle, iowait, irq, softirq, steal. What guests had is part of user and nice (proc(5)). */
const columns = 8;

/** The first line of /proc/stat; undefined for text of another shape. */
export function parseCpuTimes(stat: string): CpuTimes | undefined {
  const end = stat.indexOf('\n');
  const [name, ...fields] = stat.slice(0, end === -1 ? undefined : end).split(/ +/, columns + 1);
  const milliseconds = fields.map((ticks) => (Number(ticks) * 1000) / ticksPerSecond);
  const [, , , idle = 0, waiting = 0, , , stealMs = 0] = milliseconds;
  const capacityMs = milliseconds.reduce((sum, time) => sum + time, 0);
  if (name !== 'cpu' || milliseconds.length < columns || !milliseconds.every((time) => time >= 0)) return undefined;
  return Number.isFinite(capacityMs) ? { capacityMs, idleMs: idle + waiting, stealMs } : undefined;
}

/** The first figure of /proc/loadavg: of the last minute. */
export function parseLoadAverage(text: string): number | undefined {
  const figure = /^(\d{1,9}\.\d\d) /.exec(text)?.[1];
  return figure === undefined ? undefined : Number(figure);
}

/** Total of the line `some` of /proc/pressure/cpu: for how long a process has waited for a processor (linux: accounting/psi.rst). */
export function parseCpuPressureMs(text: string): number | undefined {
  const microseconds = /^some avg10=\S{1,8} avg60=\S{1,8} avg300=\S{1,8} total=(\d{1,18})$/m.exec(text)?.[1];
  return microseconds === undefined ? undefined : Number(microseconds) / 1000;
}

/**
 * `cpu.stat` of a cgroup: microseconds in v2, nanoseconds in v1 (linux: admin-guide/cgroup-v2.rst, scheduler/sched-bwc.rst). Undefined where no period of a quota
 * has begun in it.
 */
export function parseThrottling(text: string): Throttling | undefined {
  const fields = new Map<string, number>();
  for (const [, name = '', digits] of matchLines(text, /^(nr_periods|nr_throttled|throttled_usec|throttled_time) (\d{1,18})$/))
    fields.set(name, Number(digits));
  const [periods, throttledPeriods] = [fields.get('nr_periods'), fields.get('nr_throttled')];
  const [microseconds, nanoseconds] = [fields.get('throttled_usec'), fields.get('throttled_time')];
  const throttledMs = microseconds === undefined ? nanoseconds && nanoseconds / 1e6 : microseconds / 1000;
  if (!periods || throttledPeriods === undefined) return undefined;
  return { periods, throttledPeriods, throttledMs: throttledMs ?? 0 };
}
