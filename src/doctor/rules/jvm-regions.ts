import type { Evidence, Finding, Fix, Region } from '../../model/doctor.ts';
import { bytesPerKiB, formatCount, formatMiB, formatMiBTenths } from '../../model/units.ts';
import { unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { regionOf, rssOf } from '../../stats/process-figures.ts';
import { listLoaders } from '../advice.ts';
import { cures } from '../cures.ts';
import { isMetaspaceMissing, unloadsClasses } from '../loaders.ts';
import { prescribe } from '../prescribe.ts';
import { isLarge } from './thresholds.ts';

/** An application server has some hundreds; loaders beyond that were made in a loop or were not let go. */
const manyLoaders = 1000;

export function threadStacks(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'thread stacks');
  if (!region || !isLarge(evidence, region.rssBytes - unwrittenHugeBytes(evidence, 'thread stacks'))) return [];
  const group = (evidence.jvm?.threads?.groups ?? evidence.threadGroups)?.[0];
  const deepestBytes = region.deepest?.rssBytes;
  const most = group && group.count > 1 ? ` Most of them are named ${group.name} (${group.count}).` : '';
  return [
    {
      code: 'thread-stacks',
      severity: 'problem',
      summary: `The stacks of ${evidence.threads} threads take ${formatMiB(region.rssBytes)} of ${formatMiB(evidence.rssBytes)} MiB.${most}`,
      evidence: {
        bytes: region.rssBytes,
        threads: evidence.threads,
        bytesPerThread: Math.round(region.rssBytes / Math.max(1, evidence.threads)),
        ...(deepestBytes === undefined ? {} : { deepestBytes }),
        ...(group ? { largestGroup: group.name, largestGroupThreads: group.count } : {}),
      },
      fixes: [
        { action: 'Bound the pool that makes them. What a thread once touched of its stack stays resident until it ends.' },
        ...(evidence.jvm ? [{ action: 'See what these threads are for.', command: `jcmd ${evidence.pid} Thread.print` }] : []),
        ...boundStacks(region, evidence),
      ],
    },
  ];
}

/** A thread may recurse deeper than it has until now; the JVM itself takes some pages at the end (jdk: stackOverflow.hpp, the zones). */
const stackFactor = 2;
const stackReserveBytes = 128 * bytesPerKiB;
const stackRoundingBytes = 256 * bytesPerKiB;

/** Only where stacks may become much deeper than any of them is: a bound below the deepest ends its thread. */
function boundStacks({ deepest }: Region, { isJvm }: Evidence): Fix[] {
  if (!isJvm || !deepest) return [];
  const { sizeBytes: mayBecomeBytes, rssBytes: deepestBytes } = deepest;
  const boundBytes = Math.ceil((stackFactor * deepestBytes + stackReserveBytes) / stackRoundingBytes) * stackRoundingBytes;
  if (stackFactor * boundBytes > mayBecomeBytes) return [];
  const action = `Bound each stack, which may become ${formatMiBTenths(mayBecomeBytes)} MiB large. The deepest has ${formatMiBTenths(deepestBytes)} MiB: this gives nothing back now, and ends a recursion of twice that depth with a StackOverflowError.`;
  return [{ action, jvmFlags: [`-Xss${boundBytes / bytesPerKiB}k`] }];
}

/** Where its addresses are not found, as may be before JDK 17, what the JVM has committed of it is among what nobody could name. */
function metaspaceBytes(evidence: Evidence): { bytes: number; isAtMost: boolean } {
  const placedBytes = rssOf(evidence, 'metaspace');
  const { committedBytes = 0 } = evidence.jvm?.metaspace ?? {};
  const bytes = Math.min(committedBytes, placedBytes + rssOf(evidence, 'unexplained'));
  return isMetaspaceMissing(evidence) && bytes > placedBytes ? { bytes, isAtMost: true } : { bytes: placedBytes, isAtMost: false };
}

/** Large metaspace is a need; with very many loaders it is a leak of them, or a loop that makes them. */
export function metaspace(evidence: Evidence): Finding[] {
  const { bytes, isAtMost } = metaspaceBytes(evidence);
  if (!isLarge(evidence, bytes)) return [];
  const { classes, loaders } = evidence.jvm?.metaspace ?? {};
  const isLetGo = evidence.jvm !== undefined && unloadsClasses(evidence.jvm);
  const of = [classes, loaders].every((count) => count !== undefined)
    ? `, for ${classes?.toLocaleString('en-US')} classes in ${loaders?.toLocaleString('en-US')} loaders`
    : '';
  const { classLoading, gc } = evidence.jvm ?? {};
  // Where nothing was collected, nothing can have been unloaded.
  const unloaded =
    classLoading && gc?.lastFullAgoMs !== undefined
      ? ` Collections of the whole heap have unloaded ${formatCount(classLoading.unloaded)} of ${formatCount(classLoading.loaded)} classes.`
      : '';
  return [
    {
      code: 'metaspace',
      severity: loaders !== undefined && loaders >= manyLoaders && !isLetGo ? 'problem' : 'notice',
      summary: `The metaspace takes ${isAtMost ? 'at most ' : ''}${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB${of}.${unloaded}`,
      evidence: { bytes, ...(classes === undefined ? {} : { classes }), ...(loaders === undefined ? {} : { loaders }) },
      fixes: [
        listLoaders(evidence),
        {
          action:
            'In the code: keep and reuse loaders and generated classes (proxies, scripts, templates) instead of making them per request.',
        },
        ...prescribe(cures.boundedMetaspace, evidence),
      ],
    },
  ];
}
