import type { AllocatorAnswer } from '../model/allocator-answer.ts';

/** The allocator that serves malloc, as it answered; undefined where it was not asked, or is none that answers. */
export function servingAnswer({
  allocatorAnswers,
}: {
  allocatorAnswers?: readonly AllocatorAnswer[];
}): AllocatorAnswer | undefined {
  return allocatorAnswers?.find(({ serves }) => serves);
}

/**
 * What an allocator gives back when it is told to purge. Undefined where it does not tell: mimalloc has no figure for it.
 *
 * tcmalloc tells its free pages, and all of them are resident. Of jemalloc's dirty pages some may never have been touched, and nobody tells which: of a block that
 * was used in part, before it was freed. So its word is the most, and what is resident beyond all that is in use the least. The middle is off by half of what is
 * between them at most. Muzzy pages count: MADV_FREE leaves them resident until the kernel needs memory.
 *
 * @param heldRssBytes resident bytes of the memory that the allocator has
 */
export function purgeableBytes({ figures }: Pick<AllocatorAnswer, 'figures'>, heldRssBytes: number): number | undefined {
  const { dirtyBytes, muzzyBytes = 0, activeBytes, metadataBytes = 0, pageHeapFreeBytes } = figures;
  if (dirtyBytes === undefined || activeBytes === undefined) return pageHeapFreeBytes;
  const mostBytes = Math.min(dirtyBytes + muzzyBytes, heldRssBytes);
  const leastBytes = Math.min(mostBytes, Math.max(0, heldRssBytes - activeBytes - metadataBytes));
  return Math.round((leastBytes + mostBytes) / 2);
}
