/** What a process has used since it was started, from /proc/PID/stat. */
export interface ResourceUse {
  /** User and system time of its threads, those that ended included; not of its children. */
  cpuMs: number;
  minorFaults: number;
  majorFaults: number;
}

/** USER_HZ, in which the kernel tells times to programs on every architecture that this package is built for (proc(5), times(2)). */
export const ticksPerSecond = 100;

/** Positions counted from the state, which is the first field after the name. */
const field = {
  state: 0,
  parent: 1,
  minorFaults: 7,
  majorFaults: 9,
  userTicks: 11,
  systemTicks: 12,
  childUserTicks: 13,
  childSystemTicks: 14,
  threads: 17,
  startTime: 19,
  sizeBytes: 20,
  rssPages: 21,
  startStack: 25,
} as const;

/**
 * State, and start time in clock ticks since boot, which names a process for good together with its pid. One without a size has given its memory back, though it may not be a zombie
 * yet.
 */
export function parseStat(stat: string): { state: string; startTime: number; sizeBytes: number } {
  const fields = fieldsAfterName(stat);
  return {
    state: fields[field.state] ?? '',
    startTime: Number(fields[field.startTime]),
    sizeBytes: Number(fields[field.sizeBytes]),
  };
}

/** Of the process that started it, or has adopted it. */
export function parseParentPid(stat: string): number {
  return Number(fieldsAfterName(stat)[field.parent]) || 0;
}

/** What one line tells of a process, for who reads that of all processes again and again. */
export interface Pulse {
  startTimeTicks: number;
  /** As exact as statm's, that is short of smaps by some pages per CPU. 0 of a kernel thread. */
  rssPages: number;
  threads: number;
  /** As in `ResourceUse`. */
  cpuMs: number;
  /** Of address space. */
  sizeBytes: number;
  /** The name, and where the stack begins, for who may ptrace it: another one after almost every execve(2). */
  program: string;
}

/** Undefined of a process that has ended. */
export function parsePulse(stat: string): Pulse | undefined {
  const fields = fieldsAfterName(stat);
  const state = fields[field.state];
  if (state === 'Z' || state === 'X') return undefined;
  return {
    startTimeTicks: Number(fields[field.startTime]),
    rssPages: Number(fields[field.rssPages]),
    threads: Number(fields[field.threads]),
    cpuMs: cpuMsOf(fields),
    sizeBytes: Number(fields[field.sizeBytes]),
    program: `${stat.slice(stat.indexOf('('), stat.lastIndexOf(')'))} ${fields[field.startStack]}`,
  };
}

/** Undefined for text of another shape. */
export function parseResourceUse(stat: string): ResourceUse | undefined {
  const fields = fieldsAfterName(stat);
  const read = (name: keyof typeof field) => Number(fields[field[name]]);
  const use = { cpuMs: cpuMsOf(fields), minorFaults: read('minorFaults'), majorFaults: read('majorFaults') };
  return Object.values(use).every(Number.isSafeInteger) ? use : undefined;
}

/** Of its threads and of the children that it has waited for, and theirs. NaN for text of another shape. */
export function parseFamilyCpuMs(stat: string): number {
  const fields = fieldsAfterName(stat);
  const ticks = Number(fields[field.childUserTicks]) + Number(fields[field.childSystemTicks]);
  return cpuMsOf(fields) + (ticks * 1000) / ticksPerSecond;
}

function cpuMsOf(fields: readonly string[]): number {
  return ((Number(fields[field.userTicks]) + Number(fields[field.systemTicks])) * 1000) / ticksPerSecond;
}

/** From the state on, the field after the name, which may have spaces and parentheses of its own. */
export function fieldsAfterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
