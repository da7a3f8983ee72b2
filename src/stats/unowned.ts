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

/** Of the blocks that were read. Many are plain data, and lead nowhere. */
const tellingShare = 0.1;
/** A word that is an address by chance is in one block. */
const fewestBlocks = 3;
/** What leads to the libraries of several is nobody's in particular. */
const leastLead = 2;

/** The library that most of those of nobody's blocks lead to which lead to any, where enough do. */
export function likelyLibrary(ledTo: UnownedLibraries | undefined): UnownedLibraries['libraries'][number] | undefined {
  const [first, second = { blocks: 0 }] = ledTo?.libraries ?? [];
  const isLikely =
    first &&
    ledTo &&
    first.blocks >= Math.max(fewestBlocks, tellingShare * ledTo.sampledBlocks) &&
    first.blocks >= leastLead * second.blocks;
  return isLikely ? first : undefined;
}
