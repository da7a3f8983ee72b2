import { parseReferenceThreads, type ReferenceThread } from '../parse/reference-threads.ts';

/**
 * Threads of finalizers and Cleaners that do not wait for work and have not moved between two prints: no processor time, the same frames. What is behind
 * them in their queues is not freed. None where it was printed once.
 */
export function standingThreads(first: string, again: string): ReferenceThread[] {
  if (again === '') return [];
  const before = new Map(parseReferenceThreads(first).map((thread) => [thread.nativeId, thread]));
  return parseReferenceThreads(again).filter((thread) => {
    const earlier = before.get(thread.nativeId);
    return earlier !== undefined && !thread.isIdle && stands(earlier, thread);
  });
}

function stands(before: ReferenceThread, now: ReferenceThread): boolean {
  return before.cpuMs === now.cpuMs && before.frames.join('\n') === now.frames.join('\n');
}
