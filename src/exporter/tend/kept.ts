import { allocatorNamed } from '../../allocators/registry.ts';
import { heldRssBytes } from '../../stats/allocator-idle.ts';
import { mallocRss } from '../../stats/process-figures.ts';
import { expectedTrimMs } from '../../stats/trim-cost.ts';
import type { Look } from '../subject.ts';

export interface Kept {
  /** What a trim would give back, or the most that it could; undefined where nobody can tell it to. */
  bytes: number | undefined;
  /** How long that would take; undefined where `bytes` are the most, or nobody has measured it. */
  expectedMs: number | undefined;
}

/** What a process keeps idle, by a look from outside: exact on glibc. Of another allocator all that it holds may be idle, until it is asked. */
export function keptBy(look: Look): Kept {
  const { allocator } = look;
  const malloc = mallocRss(look);
  const { byAgent, byInspector } = allocatorNamed(allocator).sight;
  if (malloc) return { bytes: malloc.trimmableBytes, expectedMs: expectedTrimMs(allocator, malloc.trimmableBytes) };
  return { bytes: byAgent && !byInspector ? heldRssBytes(look) : undefined, expectedMs: undefined };
}
