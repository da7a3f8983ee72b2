import type { Evidence, Finding, Fix, GrowthEvidence, Region } from '../../model/doctor.ts';
import { isSince } from '../../model/jdk-releases.ts';
import { bytesPerMiB, formatCount, formatMiB, formatSeconds, formatSmallMiB } from '../../model/units.ts';
import { leastRateMs, perMinute, steadyGrowth } from '../../stats/steady-growth.ts';
import { collectLoaders, findLeak, peek } from '../advice.ts';
import { doubtOf, doubtOfMetaspace } from '../growth-doubts.ts';
import { bringsLoaders, isMetaspaceMissing } from '../loaders.ts';
import { isMaterialInADay } from './thresholds.ts';

const leastGrownBytes = 2 * bytesPerMiB;
/** A part that explains as much of the growth of RSS has its course. */
const explainingShare = 0.5;

/** Java objects and blocks of malloc have rules of their own, and a file that is read is soon as large as it will be. */
const others: ReadonlySet<string> = new Set<Region['kind']>(['java heap', 'mapped files', 'libraries', 'cds']);

/** Any other part of RSS, where RSS grows steadily because of it: threads, class loaders, memory that is mapped by hand, another allocator. */
export function memoryGrowing(evidence: Evidence): Finding[] {
  const { growth } = evidence;
  if (!growth?.readings || growth.intervalMs < leastRateMs) return [];
  const ofRss = steadyGrowth(
    growth.readings.flatMap(({ atMs, rssBytes }) => (rssBytes === undefined ? [] : [{ atMs, value: rssBytes }])),
  );
  const part = largestGrowth(growth);
  if (!ofRss || !part || part.grownBytes < Math.max(leastGrownBytes, explainingShare * ofRss.grownBytes)) return [];
  const bytesPerMinute = Math.round(perMinute(part.grownBytes, growth.intervalMs));
  // A thread that waits is not garbage.
  const waits = part.name !== 'thread stacks';
  const isUnplaced = part.name === 'unexplained' && bringsLoaders(growth) && isMetaspaceMissing(evidence);
  const isMetaspace = part.name === 'metaspace' || isUnplaced;
  const doubt = isMetaspace
    ? doubtOfMetaspace(evidence, growth, part.grownBytes)
    : doubtOf(waits ? evidence : { ...evidence, jvm: undefined }, growth, part.grownBytes);
  const matters = isMaterialInADay(evidence, bytesPerMinute);
  const conclusion = doubt ?? (matters ? 'That is a leak, unless it stops by itself.' : 'In a day that is little.');
  return [
    {
      code: 'memory-growing',
      severity: doubt === undefined && matters ? 'problem' : 'notice',
      summary: `Of RSS, ${isUnplaced ? 'unexplained memory, most likely metaspace,' : part.name} grew by ${formatSmallMiB(part.grownBytes)} MiB in ${formatSeconds(growth.intervalMs)} (${formatSmallMiB(bytesPerMinute)} MiB a minute), to ${formatMiB(part.afterBytes)} MiB${describeCounts(growth, isMetaspace ? 'metaspace' : part.name)}. ${conclusion}`,
      evidence: {
        bytes: part.afterBytes,
        part: part.name,
        ...{ grownBytes: part.grownBytes, intervalMs: growth.intervalMs, bytesPerMinute },
      },
      fixes: adviceFor(isMetaspace ? 'metaspace' : part.name, evidence, doubt !== undefined),
    },
  ];
}

/** What blocks of malloc in use explain has a finding of its own. */
function largestGrowth({ parts = [], steadyMalloc }: GrowthEvidence) {
  const inUseBytes = steadyMalloc?.grownBytes ?? 0;
  return parts
    .filter(({ name }) => !others.has(name) && !/^malloc (?:in use|kept|that)/.test(name))
    .map(({ name, beforeBytes, afterBytes }) => ({ name, afterBytes, grownBytes: afterBytes - beforeBytes }))
    .filter(({ name, grownBytes }) => !name.startsWith('malloc of ') || inUseBytes < explainingShare * grownBytes)
    .sort((a, b) => b.grownBytes - a.grownBytes)[0];
}

function describeCounts({ threads, classes = 0, loaders = 0, threadGroups = [] }: GrowthEvidence, part: string): string {
  if (part === 'thread stacks' && threads > 0) {
    const most = threadGroups.find((group) => group.after > group.before);
    return `: ${formatCount(threads)} more threads${most ? `, most of them named ${most.name}` : ''}`;
  }
  if (part === 'metaspace' && classes > 0)
    return `: ${formatCount(classes)} more classes${loaders > 0 ? ` of ${formatCount(loaders)} more class loaders` : ''}`;
  return '';
}

function adviceFor(part: string, evidence: Evidence, isDoubtful: boolean): Fix[] {
  if (part === 'thread stacks')
    return [{ action: 'Find who starts these threads and does not end them; take them from a pool that is bounded.' }];
  if (part === 'metaspace' && evidence.isJvm) return [...(isDoubtful ? [collectLoaders(evidence)] : []), findLoaders(evidence)];
  if (part.startsWith('malloc')) return [findLeak(evidence)];
  return [peek(evidence)];
}

function findLoaders({ pid, jvm }: Evidence): Fix {
  const command = isSince(jvm?.version ?? '', ['11']) ? 'VM.classloaders' : 'VM.classloader_stats';
  return { action: 'Find who makes these class loaders, and who holds them.', command: `jcmd ${pid} ${command}` };
}
