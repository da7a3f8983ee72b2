import type { Container } from '../model/container.ts';
import type { Evidence } from '../model/doctor.ts';
import { printableName } from '../model/printable.ts';
import type { GroupLevel } from '../process/cgroup.ts';
import { type GroupMemory, readGroupMemory } from '../process/cgroup-memory.ts';
import { readGroupProcesses } from '../process/group-processes.ts';
import { readFreeSwap } from '../process/host-memory.ts';
import { accountOfContainer } from '../stats/container-account.ts';

/**
 * The memory cgroup whose limit a process reaches first; undefined where no memory controller is to be seen. The shares of its other processes are read for
 * as long as the budget says.
 */
export async function readContainer(pid: number, sharesBudgetMs?: number): Promise<Evidence['cgroup']> {
  const group = readGroupMemory(pid);
  if (!group) return undefined;
  const { version, binding, levels, limitHits, highHits, oomKills, pressure } = group;
  const { limitBytes, highBytes, usageBytes } = binding;
  const swap = swapOf(group);
  const account = await readAccount(pid, group, { isSwapFull: swap?.freeBytes === 0, sharesBudgetMs });
  return {
    version,
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(usageBytes === undefined ? {} : { usageBytes }),
    ...(highBytes === undefined ? {} : { highBytes }),
    path: printableName(binding.path),
    levels: levels.map(toLevel),
    ...(account ? { account } : {}),
    ...(swap ? { swap } : {}),
    ...(limitHits === undefined ? {} : { limitHits }),
    ...(highHits === undefined ? {} : { highHits }),
    ...(oomKills === undefined ? {} : { oomKills }),
    ...(pressure ? { pressure } : {}),
  };
}

/** Only where there is a limit: a group without one may be the whole host. */
async function readAccount(
  pid: number,
  { binding, stat, kernelBytes }: GroupMemory,
  { isSwapFull, sharesBudgetMs }: { isSwapFull: boolean; sharesBudgetMs: number | undefined },
): Promise<Container['account']> {
  const { limitBytes, highBytes, usageBytes, folder } = binding;
  if (!stat || usageBytes === undefined || (limitBytes ?? highBytes) === undefined) return undefined;
  const processes = await readGroupProcesses(folder, pid, sharesBudgetMs);
  return accountOfContainer(pid, {
    usageBytes,
    stat,
    isSwapFull,
    ...processes,
    ...(kernelBytes === undefined ? {} : { kernelBytes }),
  });
}

function swapOf({ swap }: GroupMemory): Container['swap'] {
  const hostBytes = readFreeSwap();
  if (hostBytes === undefined) return undefined;
  return { ...swap, freeBytes: Math.min(swap.freeBytes ?? hostBytes, hostBytes) };
}

function toLevel({ path, limitBytes, highBytes, usageBytes }: GroupLevel): NonNullable<Container['levels']>[number] {
  return {
    path: printableName(path),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(highBytes === undefined ? {} : { highBytes }),
    ...(usageBytes === undefined ? {} : { usageBytes }),
  };
}
