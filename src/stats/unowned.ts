import type { OwnersResult } from '../model/owners.ts';

/** Of the blocks in use, how many could have an owner in memory that was not read before nothing is said of those without one. */
const mostUnread = 0.03;

/** Whether blocks to which no pointer was found are lost: all was read that could have one. */
export function areUnownedLost({ whyNoHeap, gaps, liveBytes }: Pick<OwnersResult, 'whyNoHeap' | 'gaps' | 'liveBytes'>): boolean {
  const { unreadBytes, missedBytes, lostPointers, missingBlocks } = gaps;
  return (
    whyNoHeap === undefined && lostPointers === 0 && missingBlocks === 0 && unreadBytes + missedBytes <= mostUnread * liveBytes
  );
}
