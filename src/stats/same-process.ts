/** A process at a look: times in milliseconds, the first since 1970. */
export interface SeenProcess {
  pid: number;
  takenAt: number;
  uptimeMs: number;
}

/** Of its start by either look. The clock of the start has ticks of 10 ms, and the two looks are of one second each at most. */
const sameStartMs = 2000;

/** Whether both looks were at one process: pids come again. */
export function isOneProcess(before: SeenProcess, after: SeenProcess): boolean {
  return before.pid === after.pid && Math.abs(startOf(before) - startOf(after)) <= sameStartMs;
}

function startOf({ takenAt, uptimeMs }: SeenProcess): number {
  return takenAt - uptimeMs;
}
