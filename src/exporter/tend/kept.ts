import { allocatorNamed } from '../../allocators/registry.ts';
import { heldRssBytes } from '../../stats/allocator-idle.ts';
import { mallocRss } from '../../stats/process-figures.ts';
import { expectedTrimMs } from '../../stats/trim-cost.ts';
import type { Look } from '../subject.ts';
import type { Kept } from './way.ts';

export const nothingKept: Kept = { bytes: undefined, expectedMs: undefined };

/** What a process keeps idle, by a look from outside: exact on glibc. Of another allocator all that it holds may be idle, until it is asked. */
export function keptBy(look: Look): Kept {
  const { allocator } = look;
  const malloc = mallocRss(look);
  const { byAgent, byInspector } = allocatorNamed(allocator).sight;
  if (malloc) return { bytes: malloc.trimmableBytes, expectedMs: expectedTrimMs(allocator, malloc.trimmableBytes) };
  return byAgent && !byInspector ? { ...nothingKept, bytes: heldRssBytes(look) } : nothingKept;
}
