import { bytesPerMiB, formatMiB, formatMiBTenths, formatSmallMiB } from '../../model/units.ts';
import type { Course } from '../../model/watch.ts';
import { signed } from '../signed.ts';

/** Ends of a curve that are nearer to each other than this differ in their tenths alone. */
const narrowBytes = 10 * bytesPerMiB;

export function wholeMiB(bytes: number): string {
  return `${formatMiB(bytes)} MiB`;
}

export function smallMiB(bytes: number): string {
  return `${formatSmallMiB(bytes)} MiB`;
}

/** `+12 MiB/min`; nothing where it is not known yet. */
export function slopeOf({ slopeBytesPerMinute }: Course): string | undefined {
  return slopeBytesPerMinute === undefined ? undefined : `${signed(slopeBytesPerMinute, smallMiB)}/min`;
}

/** From the lowest to the highest. */
export function formatRange(lowestBytes: number, highestBytes: number): string {
  const format = highestBytes - lowestBytes < narrowBytes ? formatMiBTenths : formatMiB;
  return `${format(lowestBytes)} to ${format(highestBytes)} MiB`;
}
