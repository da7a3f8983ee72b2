import { messageOf } from '../model/errors.ts';
import type { KeptLooks } from '../model/kept-looks.ts';
import type { LooksWitness } from '../model/oom.ts';
import { readBootId } from '../process/boot.ts';
import { toLooksWitness } from '../stats/looks-growth.ts';
import { readKeptLooks } from './kept-looks.ts';

/** linux: include/linux/proc_ns.h, PROC_PID_INIT_INO: the kernel's log has the pids of this namespace. */
const hostPidNamespace = 4_026_531_836;
const ticksPerSecond = 100;
/** Clocks of the log and of the exporter, and a look that was on its way. */
const toleranceMs = 2000;

/** Whose looks are wanted. */
export interface Killed {
  pid?: number | undefined;
  /** Of the victim's group. */
  path?: string | undefined;
  unixMs?: number | undefined;
  sinceBootMs?: number | undefined;
}

/** The looks that an exporter has kept of a process that was killed: by the host's pid and its start, else the last ones of its group before the kill. */
export async function readLastLooks(folder: string, killed: Killed): Promise<{ looks?: LooksWitness; unread: string[] }> {
  try {
    const { pid, path } = killed;
    const byPid = pid === undefined ? undefined : await readKeptLooks(folder, { pid });
    const own = byPid?.processes.find((kept) => kept.pidNamespace === hostPidNamespace && isBefore(kept, killed));
    const looks = own && toLooksWitness(own, 'pid');
    if (looks) return { looks, unread: byPid?.unread ?? [] };
    const byGroup = path === undefined || path === '/' ? undefined : await readKeptLooks(folder, { cgroupPath: path });
    const last = byGroup?.processes.find((kept) => isBefore(kept, killed));
    const ofGroup = last && toLooksWitness(last, 'group');
    return { ...(ofGroup ? { looks: ofGroup } : {}), unread: byGroup?.unread ?? byPid?.unread ?? [] };
  } catch (error) {
    return { unread: [messageOf(error)] };
  }
}

/** A process that has started after the kill, or was seen after it, is another one. */
function isBefore({ bootId, startTimeTicks, looks }: KeptLooks, { unixMs, sinceBootMs }: Killed): boolean {
  const lastMs = Date.parse(looks.at(-1)?.takenAt ?? '');
  if (unixMs !== undefined && lastMs > unixMs + toleranceMs) return false;
  const isThisBoot = bootId === thisBoot();
  return !isThisBoot || sinceBootMs === undefined || (startTimeTicks * 1000) / ticksPerSecond <= sinceBootMs + toleranceMs;
}

function thisBoot(): string | undefined {
  try {
    return readBootId();
  } catch {
    return undefined;
  }
}
