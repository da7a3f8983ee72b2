import type { ContainerPart } from '../model/container.ts';
import type { Evidence } from '../model/doctor.ts';
import { formatMiB, formatPercent } from '../model/units.ts';
import { type LimitRoom, limitRoom } from '../stats/limit-room.ts';
import { isMaterial } from './rules/thresholds.ts';

/** As they stand in a sentence. */
const names: Partial<Record<ContainerPart, string>> = {
  'this process': 'of this process',
  'other processes': 'of other processes',
  'of no process seen': 'of processes that were not seen',
  'shared memory': 'shared memory and files on a tmpfs',
  kernel: 'memory of the kernel',
};
const partsNamed = 2;
/** Smaller parts explain nothing. */
const leastNamedShare = 0.05;

/** What of the limit is taken, and by what. */
export function describeHeld(evidence: Evidence, { limitBytes, heldBytes }: LimitRoom): string {
  const account = evidence.cgroup?.account;
  const ofLimit = `${formatMiB(heldBytes)} of ${formatMiB(limitBytes)} MiB`;
  if (!account) return `The process holds ${ofLimit} of its limit, which the kernel cannot take back.`;
  const largest = account.parts
    .map(({ kind, bytes, reclaimableBytes = 0 }) => ({ kind, bytes: bytes - reclaimableBytes }))
    .filter(({ bytes }) => bytes >= leastNamedShare * limitBytes)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, partsNamed)
    .map(({ kind, bytes }) => `${formatMiB(bytes)} ${nameOf(kind, evidence)}`);
  const most = largest.length === 0 ? '' : `: ${largest.join(', ')}`;
  return `The container holds ${ofLimit} of its limit, which the kernel cannot take back${most}.`;
}

function nameOf(kind: ContainerPart, { cgroup }: Evidence): string {
  const [first] = cgroup?.account?.others ?? [];
  if (kind === 'other processes' && first) return `of other processes (${first.name})`;
  return names[kind] ?? kind;
}

/** The limit, and how far it is. Undefined where there is none. */
export function describeRoom(evidence: Evidence): string | undefined {
  const room = limitRoom(evidence);
  if (!room) return undefined;
  const { limitBytes, heldBytes, roomBytes } = room;
  return `Of the memory limit of ${formatMiB(limitBytes)} MiB, ${formatMiB(heldBytes)} (${formatPercent(heldBytes / limitBytes)}) are held and ${formatMiB(roomBytes)} are left.`;
}

/** A twentieth of a minute is felt; less comes and goes. */
const leastWaitedShare = 0.05;

/** How long processes of the container have waited for memory. Undefined where that is little, or not known. */
export function describeWaiting({ cgroup }: Evidence): string | undefined {
  const { some, full } = cgroup?.pressure ?? {};
  if (!some || !full || some.avg60Share < leastWaitedShare) return undefined;
  return `In the last minute its processes waited for memory ${formatPercent(some.avg60Share)} of the time, and ${formatPercent(full.avg60Share)} all of them at once.`;
}

/** Undefined where that is little: swapped bytes are no part of RSS. */
export function describeSwapped(evidence: Evidence): string | undefined {
  const { swapBytes } = evidence;
  return isMaterial(evidence, swapBytes) ? `Another ${formatMiB(swapBytes)} MiB of the process are in swap.` : undefined;
}
