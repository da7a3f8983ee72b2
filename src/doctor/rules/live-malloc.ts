import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { mallocRss } from '../../stats/process-figures.ts';
import { findLeak } from '../advice.ts';
import { stuckCleaner } from './stuck-cleaner.ts';
import { isLarge } from './thresholds.ts';
import { toldZlibBytes } from './waiting-for-gc.ts';

/** Live, resident, and not told by a finding of its own. One look cannot tell a leak from a need, so it is a notice. */
export function liveMalloc(evidence: Evidence): Finding[] {
  const liveRssBytes = mallocRss(evidence)?.liveRssBytes ?? evidence.counters?.liveBytes;
  // What is in use waits, or is held: nobody can tell while that thread stands.
  if (liveRssBytes === undefined || stuckCleaner(evidence).some(({ severity }) => severity === 'problem')) return [];
  const otherBytes =
    liveRssBytes - toldZlibBytes(evidence) - (evidence.jvm?.directBuffers?.capacityBytes ?? 0) - unwrittenLiveBytes(evidence);
  if (!isLarge(evidence, otherBytes)) return [];
  const blocks = evidence.malloc === undefined ? undefined : evidence.malloc.totals.liveChunks + evidence.malloc.mmapped.chunks;
  const next = evidence.growth === undefined ? ' A second look (--for=30s) tells whether they grow.' : '';
  return [
    {
      code: 'live-malloc',
      severity: 'notice',
      summary: `The program holds ${formatMiB(otherBytes)} of ${formatMiB(evidence.rssBytes)} MiB in blocks of malloc. No setting gives them back.${next}`,
      evidence: { bytes: otherBytes, liveRssBytes, ...(blocks === undefined ? {} : { blocks }) },
      fixes: [findLeak(evidence)],
    },
  ];
}

/** `huge-pages` tells of what nobody has written; free blocks come first in that, which are not live. */
function unwrittenLiveBytes(evidence: Evidence): number {
  const bytes = unwrittenHugeBytes(evidence, 'glibc main', 'glibc arenas', 'glibc mmapped', 'allocator');
  return Math.max(0, bytes - (mallocRss(evidence)?.freeRssBytes ?? 0));
}
