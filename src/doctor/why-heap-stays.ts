import type { AppliedFix, Evidence } from '../model/doctor.ts';
import { formatMiB } from '../model/units.ts';
import { startBytesOf } from './java-flags.ts';
import { tellingBytes } from './why-trim-differs.ts';

/** A collector that gives back keeps less than this of what it had free. */
const keptShare = 0.9;

/** Why a collection of the whole heap gave nothing of it back, though most of it is not in use; empty where it did. */
export function whyHeapStays(
  { usedAfterBytes, rssBeforeBytes, rssAfterBytes }: NonNullable<AppliedFix['javaHeap']>,
  { jvm }: Evidence,
): string[] {
  const freeBytes = rssAfterBytes - usedAfterBytes;
  if (!jvm || freeBytes < tellingBytes || rssAfterBytes < keptShare * rssBeforeBytes) return [];
  const free = `${formatMiB(freeBytes)} MiB of the Java heap are not in use and stay resident`;
  const startBytes = startBytesOf(jvm.flags);
  if (startBytes !== undefined && startBytes >= keptShare * rssAfterBytes)
    return [`${free}: no collector gives back below -Xms, here ${formatMiB(startBytes)} MiB.`];
  const why = byCollector[jvm.collector ?? ''];
  return why === undefined ? [] : [`${free}: ${why}`];
}

/** Each was tried on JDK 17 and 25, and is in the sources: jdk/src/hotspot/share/gc. */
const byCollector: Readonly<Record<string, string>> = {
  Serial: 'Serial shrinks its heap in steps, at the fourth full collection in a row, or at each with -XX:-ShrinkHeapInSteps.',
  Parallel:
    'Parallel does not resize its heap at a collection that is asked for, unless -XX:+UseAdaptiveSizePolicyWithSystemGC is set.',
  ZGC: 'ZGC gives back what it has not used for -XX:ZUncommitDelay, 300 s by default.',
};
