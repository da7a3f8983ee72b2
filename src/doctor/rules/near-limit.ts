import type { Evidence, Finding, Fix } from '../../model/doctor.ts';
import { bytesPerMiB, formatCount, formatMiB } from '../../model/units.ts';
import { type HeapRoom, heapRoom, type LimitRoom, limitRoom } from '../../stats/limit-room.ts';
import { describeHeld, describeWaiting } from '../limit-sentences.ts';

/** A tenth is what a burst, or a fork, takes at once. */
const nearShare = 0.9;
/** Who waits so long for memory has too little of it, whatever could be dropped. */
const waitedShare = 0.1;

type Judgement = Pick<Finding, 'severity' | 'summary'>;

/**
 * The kernel kills when what the container holds reaches its limit and nothing can be dropped: page cache does not count, other processes, files on a tmpfs and
 * the kernel's own memory do. Before that its processes wait, while the kernel drops what they soon read again.
 */
export function nearLimit(evidence: Evidence): Finding[] {
  const room = limitRoom(evidence);
  if (!room) return slowedDown(evidence);
  const heap = heapRoom(evidence);
  const outgrows = heap !== undefined && heap.growthBytes > heap.roomBytes;
  const judgement = judge(evidence, room) ?? (outgrows ? { severity: 'notice', summary: '' } : undefined);
  if (!judgement) return [];
  const { limitBytes, heldBytes, uncertainBytes, roomBytes, freeSwapBytes } = room;
  const { usageBytes, highBytes, pressure } = evidence.cgroup ?? {};
  return [
    {
      code: 'near-limit',
      severity: judgement.severity,
      summary: sentences(judgement.summary, describeWaiting(evidence), outgrows ? describeGrowth(heap, room) : undefined),
      evidence: {
        bytes: heldBytes,
        limitBytes,
        roomBytes,
        uncertainBytes,
        freeSwapBytes,
        ...(usageBytes === undefined ? {} : { usageBytes }),
        ...(highBytes === undefined ? {} : { highBytes }),
        ...(pressure ? { waitedShare: pressure.some.avg60Share } : {}),
        ...(heap ? { heapGrowthBytes: heap.growthBytes, largestHeapBytes: heap.largestBytes } : {}),
      },
      fixes: fixesFor(heap, outgrows),
    },
  ];
}

/** A group without a limit, of which memory.high is near. */
function slowedDown(evidence: Evidence): Finding[] {
  const { account, highBytes, highHits, pressure } = evidence.cgroup ?? {};
  if (!account || highBytes === undefined || account.unreclaimableBytes < nearShare * highBytes) return [];
  const heldBytes = account.unreclaimableBytes;
  return [
    {
      code: 'near-limit',
      severity: 'notice',
      summary: sentences(
        `The container holds ${formatMiB(heldBytes)} MiB, which the kernel cannot take back. ${describeHigh(highBytes, highHits)}`,
        describeWaiting(evidence),
      ),
      evidence: { bytes: heldBytes, highBytes, ...(pressure ? { waitedShare: pressure.some.avg60Share } : {}) },
      fixes: [{ action: 'Give back what the other findings name, or raise memory.high.' }],
    },
  ];
}

function describeHigh(highBytes: number, hits = 0): string {
  const often = hits === 0 ? '' : `, which it did ${formatCount(hits)} time${hits === 1 ? '' : 's'}`;
  return `From ${formatMiB(highBytes)} MiB on (memory.high) the kernel slows its processes down${often}.`;
}

/** Undefined far from the limit. */
function judge(evidence: Evidence, room: LimitRoom): Judgement | undefined {
  const { limitBytes, heldBytes, uncertainBytes, freeSwapBytes, swappedBytes } = room;
  const held = describeHeld(evidence, room);
  const nearBytes = nearShare * limitBytes;
  if (heldBytes - uncertainBytes >= nearBytes) {
    if (freeSwapBytes < limitBytes - nearBytes)
      return { severity: 'problem', summary: `${held} The next burst ends in an OOM kill.` };
    const summary = `${held} The next burst goes to swap, where ${formatMiB(freeSwapBytes)} MiB are free: it slows the program down, and is no OOM kill yet.`;
    return { severity: 'notice', summary };
  }
  if (heldBytes >= nearBytes) {
    const summary = `${held} Of it ${formatMiB(uncertainBytes)} MiB are memory of the kernel, which it takes back as far as they are caches of files' names.`;
    return { severity: 'notice', summary };
  }
  const { highBytes = limitBytes, highHits, pressure } = evidence.cgroup ?? {};
  const isOutgrown = swappedBytes > 0 && heldBytes + swappedBytes > Math.min(highBytes, limitBytes);
  if (isOutgrown || heldBytes >= nearShare * highBytes) {
    const outgrown = isOutgrown ? describeOutgrown(room) : undefined;
    const slowed = highBytes < limitBytes ? describeHigh(highBytes, highHits) : undefined;
    return { severity: 'notice', summary: sentences(held, outgrown, slowed) };
  }
  return pressure && pressure.some.avg60Share >= waitedShare ? { severity: 'notice', summary: held } : undefined;
}

function sentences(...texts: (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join(' ');
}

/** The kernel has made the room by swapping: what is held says less than the program has. */
function describeOutgrown({ swappedBytes }: LimitRoom): string {
  return `Another ${formatMiB(swappedBytes)} MiB of it are in swap: together that is more than there is room for. What is touched again is read from swap first.`;
}

function describeGrowth(
  { growthBytes, roomBytes, largestBytes, neededBytes }: HeapRoom,
  { limitBytes, swappedBytes }: LimitRoom,
): string {
  const swapped = swappedBytes > 0 ? `, when the ${formatMiB(swappedBytes)} MiB in swap are back` : '';
  const needed = neededBytes === undefined ? '' : `, less than the ${formatMiB(neededBytes)} in use`;
  return `The Java heap may still grow by ${formatMiB(growthBytes)} MiB, and ${formatMiB(roomBytes)} are left below the limit of ${formatMiB(limitBytes)}${swapped}. The largest heap that fits has ${formatMiB(largestBytes)} MiB${needed}.`;
}

function fixesFor(heap: HeapRoom | undefined, outgrows: boolean): Fix[] {
  const raise = { action: 'Give back what the other findings name, or raise the limit of the container.' };
  // A smaller heap is for one that may outgrow the limit: another one has its bound, and more room helps nothing but what else grows.
  if (!heap || !outgrows || heap.neededBytes !== undefined) return [raise];
  const megabytes = Math.floor(heap.largestBytes / bytesPerMiB);
  return [
    { action: 'Bound the heap by what the limit has room for, if nothing else grows.', jvmFlags: [`-Xmx${megabytes}m`] },
    raise,
  ];
}
