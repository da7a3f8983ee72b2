import type { Evidence, Finding } from '../../model/doctor.ts';
import { bytesPerMiB, formatMiB, formatSeconds } from '../../model/units.ts';
import { unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { blocksInUseBytes, mallocRss } from '../../stats/process-figures.ts';
import { findLeak } from '../advice.ts';
import { stuckCleaner } from './stuck-cleaner.ts';
import { isLarge } from './thresholds.ts';
import { toldMallocBytes } from './told.ts';
import { isWaitingForGc } from './waiting-for-gc.ts';

/** A JIT that compiles moves some MiB of its arenas up and down; a leak slower than this needs a longer look. */
const leastGrowthBytes = 4 * bytesPerMiB;
/** As much as a cache that is filling, or a burst of requests, moves without a leak. */
const growthShare = 0.02;

/** Live, resident, and not told by a finding of its own. One look cannot tell a leak from a need, so it is a notice. */
export function liveMalloc(evidence: Evidence): Finding[] {
  const liveRssBytes = mallocRss(evidence)?.liveRssBytes ?? evidence.counters?.liveBytes;
  // What is in use waits, or is held: nobody can tell while that thread stands.
  if (liveRssBytes === undefined || stuckCleaner(evidence).some(({ severity }) => severity === 'problem')) return [];
  const otherBytes = liveRssBytes - toldMallocBytes(evidence) - unwrittenLiveBytes(evidence);
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

/** Between two looks. What zlib's states grew by is left to the GC when they wait for it. */
export function mallocGrowing(evidence: Evidence): Finding[] {
  const { growth, malloc, counters } = evidence;
  if (growth?.mallocLiveBytes === undefined) return [];
  const waitingBytes = isWaitingForGc(evidence) ? Math.max(0, growth.zlibBytes ?? 0) : 0;
  const grownBytes = growth.mallocLiveBytes - waitingBytes;
  const liveBytes = malloc === undefined ? (counters?.liveBytes ?? 0) : blocksInUseBytes(malloc);
  if (grownBytes < Math.max(leastGrowthBytes, growthShare * liveBytes)) return [];
  const perMinute = Math.round((grownBytes / growth.intervalMs) * 60_000);
  return [
    {
      code: 'malloc-growing',
      severity: 'problem',
      summary: `Blocks of malloc in use grew by ${formatMiB(grownBytes)} MiB in ${formatSeconds(growth.intervalMs)} (${formatMiB(perMinute)} MiB a minute), to ${formatMiB(liveBytes)} MiB. That is a leak, unless a cache is filling up.`,
      evidence: { bytes: liveBytes, grownBytes, intervalMs: growth.intervalMs, bytesPerMinute: perMinute },
      fixes: [findLeak(evidence)],
    },
  ];
}
