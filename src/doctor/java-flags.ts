import { bytesPerMiB } from '../model/units.ts';
import { numberOfFlag } from '../parse/vm-texts.ts';

/** What the Java heap never gets below: -Xms. JDK 8 tells what it began with alone. */
export function startBytesOf(flags: readonly string[]): number | undefined {
  return numberOfFlag(flags, 'MinHeapSize');
}

/** Twice what is needed lets a collector work as it does in a heap of the default size. */
const comfortableFactor = 2;
const roundedToBytes = 16 * bytesPerMiB;

/** A bound for memory that a collector frees, by what is left after a collection. */
export function comfortableBytes(neededBytes: number): number {
  return roundUp(comfortableFactor * neededBytes);
}

/** A size that is set by a flag, in steps of 16 MiB. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / roundedToBytes) * roundedToBytes;
}
