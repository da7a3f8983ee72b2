import type { Evidence, RegionKind } from '../model/doctor.ts';
import { regionOf } from './process-figures.ts';

/** Nineteen of twenty samples tell a share that is off by less. */
const deviations = 1.96;
/** Where all pages of a sample are alike, as many others of as many may be missed (the rule of three). */
const unseen = 3;

/**
 * What of the huge pages of some kinds of memory was never written, as far as zeros tell: without huge pages it would not be resident. 0 where nobody looked, and of
 * the Java heap: the JVM writes zeros itself, wherever it is going to put an object.
 */
export function unwrittenHugeBytes({ regions }: Pick<Evidence, 'regions'>, ...kinds: RegionKind[]): number {
  const told = kinds.filter((kind) => kind !== 'java heap');
  return told.reduce((sum, kind) => sum + (regionOf({ regions }, kind)?.zeroHugeBytes ?? 0), 0);
}

/** What an estimate by the sample may be off by, in nineteen of twenty cases. */
export function hugeSampleErrorBytes({ bytes, sampledPages, zeroPages }: NonNullable<Evidence['hugePages']>): number {
  if (sampledPages === 0) return bytes;
  const share = zeroPages / sampledPages;
  const error = Math.max(unseen / sampledPages, deviations * Math.sqrt((share * (1 - share)) / sampledPages));
  return Math.round(Math.min(1, error) * bytes);
}
