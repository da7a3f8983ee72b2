import type { Evidence, Finding, GrowthEvidence } from '../../model/doctor.ts';
import type { SizeChange, SteadyGrowth } from '../../model/growth.ts';
import { bytesPerMiB, formatCount, formatMiB, formatSeconds, formatSmallMiB } from '../../model/units.ts';
import { blocksInUseBytes } from '../../stats/process-figures.ts';
import { leastRateMs } from '../../stats/steady-growth.ts';
import { findLeak } from '../advice.ts';
import { doubtOf, isWarmingUp } from '../growth-doubts.ts';
import { tellGrownOwners } from './grown-owners.ts';
import { isMaterialInADay } from './thresholds.ts';
import { isWaitingForGc } from './waiting-for-gc.ts';

/** Of a JVM that is at work on itself, less is its own. */
const leastOfWarmUpBytes = 4 * bytesPerMiB;
/** A size that explains as much is told. */
const tellingShare = 0.5;

/** Between two looks, steadily. What zlib's states grew by is left to the GC when they wait for it. */
export function mallocGrowing(evidence: Evidence): Finding[] {
  const { growth } = evidence;
  const steady = growth?.steadyMalloc;
  if (!growth || !steady) return [];
  const waitingBytes = isWaitingForGc(evidence) ? Math.max(0, growth.zlibBytes ?? 0) : 0;
  const grownBytes = steady.grownBytes - waitingBytes;
  if (grownBytes < steady.grownBytes / 2 || (isWarmingUp(growth) && grownBytes < leastOfWarmUpBytes)) return [];
  const bytesPerMinute = Math.round((steady.bytesPerMinute * grownBytes) / steady.grownBytes);
  const doubt = doubtOf(evidence, growth, grownBytes);
  const matters = isMaterialInADay(evidence, bytesPerMinute);
  const hasRate = growth.intervalMs >= leastRateMs;
  const owners = tellGrownOwners(evidence, growth, grownBytes);
  const conclusion = doubt ?? (matters ? 'That is a leak, unless a cache is filling up.' : 'In a day that is little.');
  return [
    {
      code: 'malloc-growing',
      severity: doubt === undefined && matters ? 'problem' : 'notice',
      summary: [
        describeGrowth(evidence, growth, { ...steady, grownBytes, bytesPerMinute }, hasRate),
        ...(owners.sentence === undefined ? [] : [owners.sentence]),
        conclusion,
      ].join(' '),
      evidence: {
        bytes: liveBytesOf(evidence),
        grownBytes,
        intervalMs: growth.intervalMs,
        ...(hasRate ? { bytesPerMinute, leastPerMinute: steady.leastPerMinute, mostPerMinute: steady.mostPerMinute } : {}),
        ...owners.figures,
      },
      fixes: owners.isMade ? [...owners.fixes, findLeak(evidence)] : [findLeak(evidence), ...owners.fixes],
    },
  ];
}

function liveBytesOf({ malloc, counters }: Evidence): number {
  return malloc === undefined ? (counters?.liveBytes ?? 0) : blocksInUseBytes(malloc);
}

function describeGrowth(evidence: Evidence, growth: GrowthEvidence, steady: SteadyGrowth, hasRate: boolean): string {
  const { grownBytes, bytesPerMinute, leastPerMinute, mostPerMinute } = steady;
  const range =
    formatSmallMiB(leastPerMinute) === formatSmallMiB(mostPerMinute)
      ? ''
      : `, ${formatSmallMiB(leastPerMinute)} to ${formatSmallMiB(mostPerMinute)} in parts of that time`;
  const rate = hasRate ? ` (${formatSmallMiB(bytesPerMinute)} MiB a minute${range})` : '';
  const most = growth.sizes?.find(({ isSteady, ...size }) => isSteady && bytesOf(size) >= tellingShare * grownBytes);
  return `Blocks of malloc in use grew by ${formatSmallMiB(grownBytes)} MiB in ${formatSeconds(growth.intervalMs)}${rate}, to ${formatMiB(liveBytesOf(evidence))} MiB${most ? `: ${describeSize(most)}` : ''}.`;
}

function bytesOf({ beforeBytes, afterBytes }: Pick<SizeChange, 'beforeBytes' | 'afterBytes'>): number {
  return afterBytes - beforeBytes;
}

function describeSize({ chunkBytes, toBytes, isMmapped, beforeChunks, afterChunks }: SizeChange): string {
  const count = formatCount(afterChunks - beforeChunks);
  const own = isMmapped ? ', each a mapping of its own' : '';
  return `${count} more of ${formatCount(chunkBytes)} B${toBytes === undefined ? '' : ' and more'}${own}`;
}
