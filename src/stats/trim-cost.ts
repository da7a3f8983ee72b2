import { bytesPerMiB } from '../model/units.ts';

const bytesPerGiB = 1024 * bytesPerMiB;

/**
 * The most that a trim took for each GiB that it gave back, by allocator, in milliseconds: glibc 2.36 on two cores, from 72 for 100 MB down to 40 for 4 GB. Small trims are
 * the dearest by the GiB.
 */
const msPerGiB: Readonly<Record<string, number>> = {
  glibc: 75,
};

/** Arenas are looked through also where there is nothing to give back. */
const leastMs = 1;

/**
 * How long an allocator is at it when it gives so many bytes back: an upper bound, of the machine where it was measured. A thread that allocates waits for a part of it at
 * most, while its own arena is trimmed. Undefined for an allocator that was not measured.
 */
export function expectedTrimMs(allocator: string, bytes: number): number | undefined {
  const perGiB = msPerGiB[allocator];
  return perGiB === undefined ? undefined : Math.max(leastMs, Math.ceil((bytes / bytesPerGiB) * perGiB));
}
