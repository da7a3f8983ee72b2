import type { Owner, OwnersResult, UnownedLibraries } from '../model/owners.ts';

/** Of the blocks in use, how many could have an owner in memory that was not read before nothing is said of those without one. */
const mostUnread = 0.03;

/** Whether blocks to which no pointer was found are lost: all was read that could have one. */
export function areUnownedLost({ whyNoHeap, gaps, liveBytes }: Pick<OwnersResult, 'whyNoHeap' | 'gaps' | 'liveBytes'>): boolean {
  const { unreadBytes, missedBytes, lostPointers, missingBlocks } = gaps;
  return (
    whyNoHeap === undefined && lostPointers === 0 && missingBlocks === 0 && unreadBytes + missedBytes <= mostUnread * liveBytes
  );
}

/** So many that they are worth a look. */
const leastUnownedShare = 0.005;

export function isMuchUnowned(owners: readonly Owner[]): boolean {
  return owners.some(({ kind, share }) => kind === 'nobody' && share >= leastUnownedShare);
}

/** Of the blocks that were read. Fewer tell of a few. */
const tellingShare = 0.25;

/** The library that most of nobody's blocks lead to, where enough do. */
export function likelyLibrary(ledTo: UnownedLibraries | undefined): UnownedLibraries['libraries'][number] | undefined {
  const [first] = ledTo?.libraries ?? [];
  return first && ledTo && first.blocks >= tellingShare * ledTo.sampledBlocks ? first : undefined;
}
