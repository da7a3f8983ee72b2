import type { Evidence, Finding, GrowthEvidence } from '../../model/doctor.ts';
import type { SizeChange, SteadyGrowth } from '../../model/growth.ts';
import { bytesPerMiB, formatCount, formatMiB, formatSeconds, formatSmallMiB } from '../../model/units.ts';
import { servingAnswer } from '../../stats/allocator-idle.ts';
import { blocksInUseBytes } from '../../stats/process-figures.ts';
import { leastRateMs } from '../../stats/steady-growth.ts';
import { findLeak } from '../advice.ts';
import { doubtOf, isWarmingUp } from '../growth-doubts.ts';
import { tellGrownOwners } from './grown-owners.ts';
import { isMaterialInADay } from './thresholds.ts';
import { isWaitingForGc } from './waiting-for-gc.ts';

/** Of a JVM that is at work on itself, less is its own. */
const leastOfWarmUpBytes = 4 * bytesPerMiB;
/** Two words for one growth that are further apart do not agree; a size class of another allocator is up to a fifth larger than what was asked for. */
const disagreedShare = 0.05;
const leastDisagreedBytes = bytesPerMiB;
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
        ...describeOtherWord(evidence, growth),
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

function liveBytesOf(evidence: Evidence): number {
  const { malloc, counters } = evidence;
  if (malloc) return blocksInUseBytes(malloc);
  return counters?.liveBytes ?? servingAnswer(evidence)?.figures.allocatedBytes ?? 0;
}

/** Where both the counter page and the allocator tell what is in use, and not the same of its growth. At the two looks they are not read together. */
function describeOtherWord(evidence: Evidence, { readings = [] }: GrowthEvidence): string[] {
  const both = readings
    .slice(1, -1)
    .flatMap(({ mallocLiveBytes, allocatedBytes }) =>
      mallocLiveBytes === undefined || allocatedBytes === undefined ? [] : [{ mallocLiveBytes, allocatedBytes }],
    );
  const [first, last] = [both[0], both.at(-1)];
  const { malloc, counters, allocator } = evidence;
  if (malloc || !counters || !first || !last) return [];
  const countedBytes = last.mallocLiveBytes - first.mallocLiveBytes;
  const toldBytes = last.allocatedBytes - first.allocatedBytes;
  const differenceBytes = Math.abs(countedBytes - toldBytes);
  if (differenceBytes < Math.max(leastDisagreedBytes, disagreedShare * Math.abs(countedBytes))) return [];
  return [
    `The counter page tells that, ${formatSmallMiB(countedBytes)} MiB between its readings; by ${allocator.name}'s own word it was ${formatSmallMiB(toldBytes)} MiB.`,
  ];
}

function describeGrowth(evidence: Evidence, growth: GrowthEvidence, steady: SteadyGrowth, hasRate: boolean): string {
  const { grownBytes, bytesPerMinute, leastPerMinute, mostPerMinute } = steady;
  const range =
    formatSmallMiB(leastPerMinute) === formatSmallMiB(mostPerMinute)
      ? ''
      : `, ${formatSmallMiB(leastPerMinute)} to ${formatSmallMiB(mostPerMinute)} in parts of that time`;
  const rate = hasRate ? ` (${formatSmallMiB(bytesPerMinute)} MiB a minute${range})` : '';
  const most = growth.sizes?.find(({ isSteady, ...size }) => isSteady && bytesOf(size) >= tellingShare * grownBytes);
  const { malloc, counters, allocator } = evidence;
  const byItsWord = malloc || counters ? '' : `, by ${allocator.name}'s own word`;
  return `Blocks of malloc in use grew by ${formatSmallMiB(grownBytes)} MiB in ${formatSeconds(growth.intervalMs)}${rate}, to ${formatMiB(liveBytesOf(evidence))} MiB${byItsWord}${most ? `: ${describeSize(most)}` : ''}.`;
}

function bytesOf({ beforeBytes, afterBytes }: Pick<SizeChange, 'beforeBytes' | 'afterBytes'>): number {
  return afterBytes - beforeBytes;
}

function describeSize({ chunkBytes, toBytes, isMmapped, beforeChunks, afterChunks }: SizeChange): string {
  const count = formatCount(afterChunks - beforeChunks);
  const own = isMmapped ? ', each a mapping of its own' : '';
  return `${count} more of ${formatCount(chunkBytes)} B${toBytes === undefined ? '' : ' and more'}${own}`;
}
