import type { HeapInspection } from '../model/inspection.ts';
import type { OwnersEvidence } from '../model/owners.ts';
import { bytesPerMiB } from '../model/units.ts';
import { blocksInUseBytes } from '../stats/process-figures.ts';
import { observeOwners } from './owners.ts';
import type { OwnersTold } from './tell-owners.ts';
import { type Looked, unknownBecause } from './unknown.ts';

/** Less is as every program has it, and no rule asks whose it is. */
const leastBytes = 24 * bytesPerMiB;
/** Less than a program has to grow by that its growth is told. */
const leastGrownBytes = 0.25 * bytesPerMiB;
/** A sentence names three. */
const mostOwners = 24;
/** Each costs some readings of the Java heap. */
export const classesFollowed = 2;
/** An inspection is made where glibc serves, and nowhere else. */
const walked = { name: 'glibc', isWalked: true } as const;

export interface OwnersLookOptions {
  /** Processor time, in milliseconds; 0: it is not looked for. */
  ownersBudgetMs?: number;
  /** Blocks in use at an earlier look, where there was one. */
  inUseBeforeBytes?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Who owns the blocks of malloc, where there is enough in use that it matters, or more than before. */
export async function lookForOwners(
  pid: number,
  inspection: HeapInspection | undefined,
  { ownersBudgetMs = 0, inUseBeforeBytes = Number.POSITIVE_INFINITY, signal }: OwnersLookOptions,
): Promise<Looked<OwnersEvidence>> {
  if (ownersBudgetMs === 0 || !inspection) return { unknown: [] };
  if (!areWorthALook(inspection, inUseBeforeBytes)) return { unknown: [] };
  try {
    const result = await observeOwners(pid, { budgetMs: ownersBudgetMs, holders: classesFollowed, server: walked, signal });
    return { value: toEvidence(result), unknown: [] };
  } catch (error) {
    signal?.throwIfAborted();
    return { unknown: [unknownBecause('owners', error)] };
  }
}

/** Whether so much is in use that it matters whose it is. */
export function areWorthALook(inspection: HeapInspection, inUseBeforeBytes = Number.POSITIVE_INFINITY): boolean {
  return blocksInUseBytes(inspection) >= Math.min(leastBytes, inUseBeforeBytes + leastGrownBytes);
}

/** Of the owners the largest. */
export function toEvidence({ owners, ...result }: OwnersTold): OwnersEvidence {
  const { liveBlocks, liveBytes, unowned, heap, whyNoHeap, threads, gaps } = result;
  return {
    ...{ liveBlocks, liveBytes },
    owners: [
      ...owners.filter(({ kind }) => kind !== 'nobody').slice(0, mostOwners),
      ...owners.filter(({ kind }) => kind === 'nobody'),
    ],
    unowned,
    ...(heap ? { heap } : {}),
    ...(whyNoHeap === undefined ? {} : { whyNoHeap }),
    ...{ threads, gaps },
  };
}
