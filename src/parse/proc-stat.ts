/** What a process has used since it was started, from /proc/PID/stat. */
export interface ResourceUse {
  /** User and system time of its threads, those that ended included; not of its children. */
  cpuMs: number;
  minorFaults: number;
  majorFaults: number;
}

/** USER_HZ, in which the kernel tells times to programs on every architecture that this package is built for (proc(5), times(2)). */
const ticksPerSecond = 100;

/** Positions counted from the state, which is the first field after the name: a name may have spaces and parentheses of its own. */
const field = { minorFaults: 7, majorFaults: 9, userTicks: 11, systemTicks: 12 } as const;

/** Undefined for text of another shape. */
export function parseResourceUse(stat: string): ResourceUse | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const read = (name: keyof typeof field) => Number(fields[field[name]]);
  const cpuMs = ((read('userTicks') + read('systemTicks')) * 1000) / ticksPerSecond;
  const use = { cpuMs, minorFaults: read('minorFaults'), majorFaults: read('majorFaults') };
  return Object.values(use).every(Number.isSafeInteger) ? use : undefined;
}
