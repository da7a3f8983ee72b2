import type { AllocatorAnswer, AllocatorFigures } from '../model/allocator-answer.ts';
import type { FreeExtents, FreeSegments } from '../model/free-pages.ts';
import { bytesPerMiB } from '../model/units.ts';
import { rssOf } from './process-figures.ts';

/** Resident bytes of the memory that another allocator than glibc's has. */
export function heldRssBytes(evidence: Parameters<typeof rssOf>[0]): number {
  return rssOf(evidence, 'allocator', 'unexplained');
}

/** The allocator that serves malloc, as it answered; undefined where it was not asked, or is none that answers. */
export function servingAnswer({
  allocatorAnswers,
}: {
  allocatorAnswers?: readonly AllocatorAnswer[];
}): AllocatorAnswer | undefined {
  return allocatorAnswers?.find(({ serves }) => serves);
}

/**
 * What an allocator gives back when it is told to purge. Undefined where nobody can tell: of a mimalloc whose records are not known.
 *
 * Its records in the process tell best. Without them: tcmalloc tells its free pages, of which nearly all are resident. Of jemalloc's dirty pages some may never have
 * been touched, and it does not tell which: of a block that was used in part, before it was freed. So its word is the most, and what is resident beyond all that is in use
 * the least. The middle is off by half of what is between them at most. Muzzy pages count: MADV_FREE leaves them resident until the kernel needs memory.
 *
 * @param heldRssBytes resident bytes of the memory that the allocator has
 */
export function purgeableBytes(
  { figures, purgeableRssBytes }: Pick<AllocatorAnswer, 'figures' | 'purgeableRssBytes'>,
  heldRssBytes: number,
): number | undefined {
  if (purgeableRssBytes !== undefined) return purgeableRssBytes;
  const { dirtyBytes, muzzyBytes = 0, activeBytes, metadataBytes = 0, pageHeapFreeBytes } = figures;
  if (dirtyBytes === undefined || activeBytes === undefined) return pageHeapFreeBytes;
  const mostBytes = Math.min(dirtyBytes + muzzyBytes, heldRssBytes);
  const leastBytes = Math.min(mostBytes, Math.max(0, heldRssBytes - activeBytes - metadataBytes));
  return Math.round((leastBytes + mostBytes) / 2);
}

/**
 * A process that runs frees and takes pages between its answer and the reading. JDK 25 takes 1 MiB of malloc for as long as it answers whoever attaches to it. Sums of
 * another structure would be off by far more.
 */
const toleratedShare = 0.005;
const toleratedBytes = 2 * bytesPerMiB;

/** Of the way to read records whose sums are those that the allocator tells itself; undefined where none is. */
export function provenExtents(
  ways: readonly FreeExtents[],
  { pageHeapFreeBytes, dirtyBytes = pageHeapFreeBytes, muzzyBytes = 0 }: AllocatorFigures,
): number | undefined {
  if (dirtyBytes === undefined) return undefined;
  const isNear = (found: number, told: number) => Math.abs(found - told) <= Math.max(toleratedBytes, toleratedShare * told);
  const offBy = (way: FreeExtents) => Math.abs(way.dirtyBytes - dirtyBytes) + Math.abs(way.muzzyBytes - muzzyBytes);
  const [best] = ways
    .filter((way) => isNear(way.dirtyBytes, dirtyBytes) && isNear(way.muzzyBytes, muzzyBytes))
    .sort((a, b) => offBy(a) - offBy(b));
  return best?.rssBytes;
}

/** Every segment has to agree with itself. */
export function provenSegments({ segments, unproven, rssBytes }: FreeSegments): number | undefined {
  return segments > 0 && unproven === 0 ? rssBytes : undefined;
}
