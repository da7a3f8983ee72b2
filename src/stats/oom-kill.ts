import type { ExplainedKill, OomKill, OomProcess } from '../model/oom.ts';
import type { OomReport } from '../parse/oom-kill-report.ts';
import type { OomTask } from '../parse/oom-tasks.ts';
import { byName } from './by-name.ts';
import { accountOfReport } from './oom-account.ts';

const namesKept = 10;

/** A kill in short. */
export function toKill({ unixMs, sinceBootMs, constraint, victim, path, limitPath, tasks }: OomReport): OomKill {
  const own = victim && tasks.find(({ pid }) => pid === victim.pid);
  const process = victim && { ...own, ...victim };
  return {
    ...(unixMs === undefined ? {} : { at: new Date(unixMs).toISOString() }),
    ...(sinceBootMs === undefined ? {} : { sinceBootMs }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(process ? { victim: toProcess(process) } : {}),
    ...(path === undefined ? {} : { path }),
    ...(limitPath === undefined ? {} : { limitPath }),
  };
}

/** All that the log has of a kill. */
export function toExplainedKill(report: OomReport): ExplainedKill {
  const { kernel, asker, chosen, alsoKilled, oomGroupPath, memoryNodes, memory, host, tasks } = report;
  const account = accountOfReport(report);
  const swap = swapOf(report);
  const largest = largestOf(tasks);
  return {
    ...toKill(report),
    ...(kernel === undefined ? {} : { kernel }),
    ...(asker ? { asker } : {}),
    ...(chosen && chosen.pid !== report.victim?.pid ? { chosen } : {}),
    alsoKilled,
    ...(oomGroupPath === undefined ? {} : { oomGroupPath }),
    ...(memoryNodes === undefined ? {} : { memoryNodes }),
    ...(memory?.limitBytes === undefined ? {} : { limitBytes: memory.limitBytes }),
    ...(memory ? { usageBytes: memory.usageBytes, limitHits: memory.hits } : {}),
    ...(swap ? { swap } : {}),
    ...(account ? { account } : {}),
    processes: processesOf(tasks),
    ...(largest ? { largest } : {}),
    ...(host ? { host } : {}),
    missing: missingOf(report),
  };
}

/** v1 bounds memory and swap together, and tells what is swapped out in memory.stat. */
function swapOf({ swap, memoryAndSwap, memory, stat }: OomReport): ExplainedKill['swap'] {
  if (swap) return { usedBytes: swap.usageBytes, ...(swap.limitBytes === undefined ? {} : { limitBytes: swap.limitBytes }) };
  const usedBytes = stat?.memory.swapBytes;
  if (usedBytes === undefined && memoryAndSwap?.limitBytes === undefined) return undefined;
  const limitBytes = memoryAndSwap?.limitBytes === undefined ? undefined : memoryAndSwap.limitBytes - (memory?.limitBytes ?? 0);
  return {
    ...(usedBytes === undefined ? {} : { usedBytes }),
    ...(limitBytes === undefined ? {} : { limitBytes: Math.max(0, limitBytes) }),
  };
}

/** By what the kernel chooses by, without the score that each is given (linux: mm/oom_kill.c, oom_badness). */
function largestOf(tasks: readonly OomTask[]): OomProcess | undefined {
  const sizeOf = ({ rssBytes, swapBytes = 0, pageTableBytes = 0 }: OomTask) => rssBytes + swapBytes + pageTableBytes;
  const [largest] = tasks.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return largest && toProcess(largest);
}

type Figures = Partial<Omit<OomTask, 'pid' | 'name'>> & Pick<OomTask, 'pid' | 'name'>;

/** Before Linux 4.7 shared memory was told among files. */
function toProcess({ pid, name, ...figures }: Figures): OomProcess {
  const { rssBytes, anonBytes, fileBytes, shmemBytes, pageTableBytes, swapBytes, oomScoreAdj } = figures;
  const sum = anonBytes === undefined ? undefined : anonBytes + (fileBytes ?? 0) + (shmemBytes ?? 0);
  const known = { rssBytes: sum ?? rssBytes, anonBytes, fileBytes, shmemBytes, pageTableBytes, swapBytes, oomScoreAdj };
  return { pid, name, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}

function processesOf(tasks: readonly OomTask[]): ExplainedKill['processes'] {
  return byName(tasks, ({ rssBytes }) => rssBytes)
    .slice(0, namesKept)
    .map(({ name, processes, bytes: rssBytes }) => ({ name, processes, rssBytes }));
}

function missingOf({ victim, asker, memory, stat, tasks, constraint, path }: OomReport): string[] {
  const isOfGroup = constraint === 'memcg';
  return [
    ...(victim ? [] : ['who was killed']),
    ...(constraint === undefined ? ['why'] : []),
    ...(path === undefined ? ['the group of who was killed'] : []),
    ...(asker ? [] : ['which thread asked last']),
    ...(isOfGroup && !memory ? ['usage and limit'] : []),
    ...(isOfGroup && memory && !stat ? ['what the usage was made of'] : []),
    ...(tasks.length > 0 ? [] : ['the processes that there were']),
  ];
}
