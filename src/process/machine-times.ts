import { type CpuTimes, parseCpuPressureMs, parseCpuTimes, parseLoadAverage } from '../parse/cpu-times.ts';
import { readForeignFileSync } from './foreign-file.ts';

/** /proc/stat has a line for each processor, and one for the interrupts, of some KiB. */
const maxFileBytes = 1024 ** 2;

/** What the processors of the machine have done since it started. */
export interface MachineTimes extends CpuTimes {
  loadAverage?: number;
  cpuPressureMs?: number;
}

/** Undefined where the kernel does not tell. In a container it is of the whole host. */
export function readMachineTimes(): MachineTimes | undefined {
  const times = parseCpuTimes(readText('/proc/stat'));
  if (!times) return undefined;
  const loadAverage = parseLoadAverage(readText('/proc/loadavg'));
  const cpuPressureMs = parseCpuPressureMs(readText('/proc/pressure/cpu'));
  return {
    ...times,
    ...(loadAverage === undefined ? {} : { loadAverage }),
    ...(cpuPressureMs === undefined ? {} : { cpuPressureMs }),
  };
}

function readText(path: string): string {
  try {
    return readForeignFileSync(path, maxFileBytes);
  } catch {
    return '';
  }
}
