import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { lostRssBytes } from '../../stats/owned-blocks.ts';
import { findLeak, showOwners } from '../advice.ts';
import { isMaterial } from './thresholds.ts';

/** Blocks in use to which nothing points any more: whoever asked for them cannot give them back. */
export function lostBlocks(evidence: Evidence): Finding[] {
  const bytes = toldLostBytes(evidence);
  const nobody = evidence.owners?.owners.find(({ kind }) => kind === 'nobody');
  const { unowned } = evidence.owners ?? {};
  if (bytes === 0 || !nobody || !unowned) return [];
  const [size] = unowned.sizes;
  const most = size ? ` ${formatCount(size.blocks)} of them have ${formatCount(size.chunkBytes)} bytes.` : '';
  return [
    {
      code: 'lost-blocks',
      severity: 'problem',
      summary: `Nothing points to ${formatCount(nobody.blocks)} blocks of malloc any more, ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB: native code has lost them, and no GC frees them.${most}`,
      evidence: {
        ...{ bytes, blocks: nobody.blocks, allocatedBytes: nobody.bytes, firstBlocks: unowned.firstBlocks },
        ...(size ? { blockBytes: size.chunkBytes, blocksOfThat: size.blocks } : {}),
      },
      fixes: [findLeak(evidence), showOwners(evidence)],
    },
  ];
}

/** Resident bytes of malloc's blocks that this finding tells. */
export function toldLostBytes(evidence: Evidence): number {
  const bytes = lostRssBytes(evidence);
  return isMaterial(evidence, bytes) ? bytes : 0;
}
