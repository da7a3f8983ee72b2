import type { Evidence } from '../../model/doctor.ts';
import { bytesPerMiB } from '../../model/units.ts';

/** Below this a restart with another setting costs more than it gives; it is also about what a JVM's own warm-up moves. */
const leastMaterialBytes = 32 * bytesPerMiB;
/** A tenth of RSS is what two equal runs of one service differ by. */
const materialShare = 0.1;
/** Worth a finding in a process of any size. */
const alwaysMaterialBytes = 512 * bytesPerMiB;

/** A part of a process that is as it should be stays below both: 500 threads of 100 KiB, the metaspace of a large application. */
const leastLargeBytes = 64 * bytesPerMiB;
const largeShare = 0.2;
const alwaysLargeBytes = 2048 * bytesPerMiB;
const minutesPerDay = 1440;

/** Whether so many bytes are worth a setting. */
export function isMaterial({ rssBytes }: Pick<Evidence, 'rssBytes'>, bytes: number): boolean {
  return bytes >= leastMaterialBytes && (bytes >= materialShare * rssBytes || bytes >= alwaysMaterialBytes);
}

/** The same of what grows. */
export function isMaterialInADay(evidence: Pick<Evidence, 'rssBytes'>, bytesPerMinute: number): boolean {
  return isMaterial(evidence, bytesPerMinute * minutesPerDay);
}

/** Whether a part that every process has is larger here than it should be. */
export function isLarge({ rssBytes }: Pick<Evidence, 'rssBytes'>, bytes: number): boolean {
  return bytes >= leastLargeBytes && (bytes >= largeShare * rssBytes || bytes >= alwaysLargeBytes);
}
