import type { AllocatorAnswer } from '../model/allocator-answer.ts';

/** The allocator that serves malloc, as it answered; undefined where it was not asked, or is none that answers. */
export function servingAnswer({ allocatorAnswers }: { allocatorAnswers?: readonly AllocatorAnswer[] }): AllocatorAnswer | undefined {
  return allocatorAnswers?.find(({ serves }) => serves);
}

/**
 * What an allocator gives back when it is told to purge: whole free pages that are resident. jemalloc's muzzy pages are: MADV_FREE leaves them to the kernel's
 * need. Undefined where it does not tell.
 */
export function purgeableBytes({ figures }: Pick<AllocatorAnswer, 'figures'>): number | undefined {
  const { dirtyBytes, muzzyBytes, pageHeapFreeBytes } = figures;
  return dirtyBytes === undefined ? pageHeapFreeBytes : dirtyBytes + (muzzyBytes ?? 0);
}
