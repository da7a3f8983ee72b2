import type { Evidence, Finding, GrowthEvidence } from '../../model/doctor.ts';
import { bytesPerMiB, formatCount, formatMiB, formatSeconds, formatSmallMiB } from '../../model/units.ts';
import { leastRateMs, type Point, steadyGrowth } from '../../stats/steady-growth.ts';
import { collectHeap } from '../advice.ts';
import { isWarmingUp } from '../growth-doubts.ts';

/** As much as the young objects of one collection differ from those of another. */
const leastGrownBytes = 2 * bytesPerMiB;
const leastGrownShare = 0.02;

/**
 * What has survived collections of the Java heap grows from one to the next. It may be garbage that has grown old, which only a collection of the whole heap finds, so
 * it is a notice. A heap that fills up until its next collection is no growth.
 */
export function javaHeapGrowing(evidence: Evidence): Finding[] {
  const { growth, jvm } = evidence;
  if (!growth || !jvm?.heap || growth.intervalMs < leastRateMs || isWarmingUp(growth)) return [];
  const points = afterCollections(growth);
  const steady = steadyGrowth(points);
  const survivedBytes = points.at(-1)?.value ?? 0;
  if (!steady || steady.grownBytes < Math.max(leastGrownBytes, leastGrownShare * survivedBytes)) return [];
  const { grownBytes, bytesPerMinute } = steady;
  const intervalMs = Math.round((points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0));
  const isWhole = jvm.gc?.lastFullAgoMs !== undefined && jvm.gc.lastFullAgoMs < growth.intervalMs;
  const meaning = isWhole
    ? 'The program holds more and more objects, unless a cache is filling up.'
    : 'Either the program holds more and more objects, or they are garbage that only a collection of the whole heap finds: --gc tells.';
  return [
    {
      code: 'java-heap-growing',
      severity: 'notice',
      summary: `What survives collections of the Java heap grew by ${formatSmallMiB(grownBytes)} MiB in ${formatSeconds(intervalMs)} (${formatSmallMiB(bytesPerMinute)} MiB a minute), over ${formatCount(points.length)} collections, to ${formatMiB(survivedBytes)} MiB. ${meaning}`,
      evidence: { bytes: survivedBytes, grownBytes, intervalMs, bytesPerMinute, collections: points.length },
      fixes: [collectHeap(evidence, false), findObjects(evidence)],
    },
  ];
}

/** After each collection, and the last one before the looks. */
function afterCollections({ readings = [] }: GrowthEvidence): Point[] {
  return readings.flatMap(({ lastCollectionMs, heapSurvivedBytes }, index) => {
    const isNew = lastCollectionMs !== readings[index - 1]?.lastCollectionMs;
    return isNew && lastCollectionMs !== undefined && heapSurvivedBytes !== undefined
      ? [{ atMs: lastCollectionMs, value: heapSurvivedBytes }]
      : [];
  });
}

function findObjects({ pid }: Evidence): Finding['fixes'][number] {
  return {
    action: 'Find which objects: compare two histograms, some minutes apart. The JVM stands still while it walks its heap.',
    command: `jcmd ${pid} GC.class_histogram`,
  };
}
