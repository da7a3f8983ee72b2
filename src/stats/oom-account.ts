import type { ContainerAccount, GroupProcess } from '../model/container.ts';
import type { MemoryStat } from '../parse/memory-stat.ts';
import type { OomReport } from '../parse/oom-kill-report.ts';
import type { OomTask } from '../parse/oom-tasks.ts';
import { accountOfContainer } from './container-account.ts';

/**
 * What the usage of the group was made of when the kernel killed. The log has processes by RSS, and no shares; before Linux 6.8 pages of files are in it. Undefined where the report has no figures, or was
 * cut.
 */
export function accountOfReport(report: OomReport): ContainerAccount | undefined {
  const { memory, swap, victim, tasks, moreTasks } = report;
  const stat = statOf(report);
  if (!memory || !stat) return undefined;
  const kernelBytes = stat.kernel ? undefined : report.kernelMemory?.usageBytes;
  return accountOfContainer(victim?.pid ?? -1, {
    usageBytes: memory.usageBytes,
    stat,
    ...(kernelBytes === undefined ? {} : { kernelBytes }),
    processes: share(
      tasks.map((task) => toProcess(task, report)),
      victim?.pid,
      stat.anonBytes,
    ),
    unread: moreTasks,
    isSwapFull: swap?.limitBytes !== undefined && swap.usageBytes >= swap.limitBytes,
  });
}

/** Linux 5.3 to 6.5 tell a group of v1 as one of v2: there buffers of sockets are no part of the usage, and page tables are told in `kmem` alone. */
function statOf({ stat, kernelMemory, memoryAndSwap }: OomReport): MemoryStat | undefined {
  if (stat?.form !== 2 || (!kernelMemory && !memoryAndSwap)) return stat?.memory;
  const { socketBytes: _, kernel, ...memory } = stat.memory;
  if (!kernel) return memory;
  return { ...memory, kernel: { ...kernel, bytes: Math.max(kernel.bytes, kernelMemory?.usageBytes ?? 0) } };
}

function toProcess({ pid, name, rssBytes, anonBytes, shmemBytes, pageTableBytes }: OomTask, { victim }: OomReport): GroupProcess {
  // Of the victim the last line has them on any kernel.
  const own = pid === victim?.pid ? victim : undefined;
  return {
    pid,
    name,
    anonBytes: anonBytes ?? own?.anonBytes ?? rssBytes,
    shmemBytes: shmemBytes ?? own?.shmemBytes ?? 0,
    pageTableBytes: pageTableBytes ?? 0,
    threads: 0,
    isRss: true,
  };
}

/** The victim has what the kernel says. Pages that others have too are its, and the others have together no more than what is left. */
function share(processes: readonly GroupProcess[], victim: number | undefined, chargedBytes: number): GroupProcess[] {
  const ownBytes = Math.min(chargedBytes, processes.find(({ pid }) => pid === victim)?.anonBytes ?? 0);
  const theirBytes = processes.reduce((sum, { pid, anonBytes }) => sum + (pid === victim ? 0 : anonBytes), 0);
  const ratio = theirBytes <= chargedBytes - ownBytes ? 1 : (chargedBytes - ownBytes) / theirBytes;
  return processes.map((process) => {
    const anonBytes = process.pid === victim ? ownBytes : Math.floor(process.anonBytes * ratio);
    return { ...process, anonBytes };
  });
}
