import type { Cell } from '../model/result.ts';
import { descendantsOf } from '../observe/find-jvm.ts';
import { parseFamilyCpuMs } from '../parse/proc-stat.ts';
import { readThrottling } from '../process/cpu-groups.ts';
import { type MachineTimes, readMachineTimes } from '../process/machine-times.ts';
import { readProcSync } from '../process/proc-file.ts';

interface Reading {
  machine: MachineTimes | undefined;
  /** Of offheap with what it has waited for, of the program, and of what that has started. */
  ownCpuMs: number;
  throttling: Cell['throttling'];
}

/** What a program met during its burst, beside its configuration: other work on the machine, and a quota. */
export class BurstConditions {
  readonly #startedPid: number;
  #before: Reading | undefined;
  #after: Reading | undefined;

  /** @param startedPid the program's, whatever of it is measured. */
  constructor(startedPid: number) {
    this.#startedPid = startedPid;
  }

  /** At baseline. @param measuredPid whose cgroup counts: a wrapper may have put it into another one. */
  begin(measuredPid: number): void {
    this.#before = this.#read(measuredPid);
  }

  /** At the end of the burst, before anything else is done there. */
  end(measuredPid: number): void {
    this.#after ??= this.#read(measuredPid);
  }

  /** Nothing of a burst that did not come to its end. */
  get fields(): Pick<Cell, 'machine' | 'throttling'> {
    const [before, after] = [this.#before, this.#after];
    if (!before || !after) return {};
    const machine = machineBetween(before, after);
    const throttling = throttlingBetween(before, after);
    return { ...(machine ? { machine } : {}), ...(throttling ? { throttling } : {}) };
  }

  #read(measuredPid: number): Reading {
    const pids = new Set([process.pid, this.#startedPid, measuredPid, ...descendantsOf(this.#startedPid)]);
    return {
      machine: readMachineTimes(),
      ownCpuMs: [...pids].reduce((sum, pid) => sum + familyCpuMs(pid), 0),
      throttling: readThrottling(measuredPid),
    };
  }
}

function machineBetween({ machine: from, ...before }: Reading, { machine: to, ...after }: Reading): Cell['machine'] {
  if (!from || !to) return undefined;
  const capacityMs = Math.max(0, to.capacityMs - from.capacityMs);
  const [idleMs, stealMs] = [Math.max(0, to.idleMs - from.idleMs), Math.max(0, to.stealMs - from.stealMs)];
  const usedMs = capacityMs - idleMs - stealMs;
  const { loadAverage } = from;
  return {
    capacityMs: Math.round(capacityMs),
    idleMs: Math.round(idleMs),
    stealMs: Math.round(stealMs),
    // Each of them is told in hundredths of a second.
    othersMs: Math.max(0, Math.round(usedMs - (after.ownCpuMs - before.ownCpuMs))),
    ...(loadAverage === undefined ? {} : { loadAverage }),
    ...(from.cpuPressureMs === undefined || to.cpuPressureMs === undefined
      ? {}
      : { cpuPressureMs: Math.max(0, Math.round(to.cpuPressureMs - from.cpuPressureMs)) }),
  };
}

function throttlingBetween({ throttling: from }: Reading, { throttling: to }: Reading): Cell['throttling'] {
  if (!to) return undefined;
  const since = (name: 'periods' | 'throttledPeriods' | 'throttledMs') => Math.max(0, to[name] - (from?.[name] ?? 0));
  return { periods: since('periods'), throttledPeriods: since('throttledPeriods'), throttledMs: Math.round(since('throttledMs')) };
}

/** 0 of one that has ended: who waited for it has its time. */
function familyCpuMs(pid: number): number {
  try {
    return parseFamilyCpuMs(readProcSync(pid, 'stat')) || 0;
  } catch {
    return 0;
  }
}
