import type { Evidence, Finding, FindingCode } from '../../model/doctor.ts';
import { allocatorIdle } from './allocator-idle.ts';
import { codeCache } from './code-cache.ts';
import { directBuffers } from './direct-buffers.ts';
import { hugePages } from './huge-pages.ts';
import { heapCountedAgain, javaHeapDominates } from './java-heap.ts';
import { javaHeapGrowing } from './java-heap-growing.ts';
import { internedStrings, jitCompiler, jvmInternal, symbols } from './jvm-malloc.ts';
import { metaspace, threadStacks } from './jvm-regions.ts';
import { liveMalloc } from './live-malloc.ts';
import { lostBlocks } from './lost-blocks.ts';
import { mallocGrowing } from './malloc-growing.ts';
import { memoryGrowing } from './memory-growing.ts';
import { nearLimit } from './near-limit.ts';
import { goHeap, imageHeap, lazilyFreed, mappedFiles, mmapUser } from './other-regions.ts';
import { retainedArenaTops, retainedPages, retainedSubPage, tooManyArenas } from './retained.ts';
import { sharedMemory } from './shared-memory.ts';
import { stuckCleaner } from './stuck-cleaner.ts';
import { waitingForGc, zlibHeld } from './waiting-for-gc.ts';

/** A pure function: it looks at nothing but the evidence, and says nothing about what the evidence does not hold. */
type Rule = (evidence: Evidence) => Finding[];

/** `not-enough-evidence` is no rule: it is what is left when none of these says anything (diagnose.ts). */
export const rules: Record<Exclude<FindingCode, 'not-enough-evidence'>, Rule> = {
  'java-heap-dominates': javaHeapDominates,
  'heap-counted-again': heapCountedAgain,
  'malloc-growing': mallocGrowing,
  'java-heap-growing': javaHeapGrowing,
  'memory-growing': memoryGrowing,
  'waiting-for-gc': waitingForGc,
  'zlib-held': zlibHeld,
  'lost-blocks': lostBlocks,
  'stuck-cleaner': stuckCleaner,
  'live-malloc': liveMalloc,
  'retained-pages': retainedPages,
  'retained-arena-tops': retainedArenaTops,
  'retained-sub-page': retainedSubPage,
  'too-many-arenas': tooManyArenas,
  'allocator-idle': allocatorIdle,
  'thread-stacks': threadStacks,
  metaspace,
  'code-cache': codeCache,
  'jit-compiler': jitCompiler,
  symbols,
  'interned-strings': internedStrings,
  'jvm-internal': jvmInternal,
  'direct-buffers': directBuffers,
  'mapped-files': mappedFiles,
  'shared-memory': sharedMemory,
  'mmap-user': mmapUser,
  'go-heap': goHeap,
  'image-heap': imageHeap,
  'lazily-freed': lazilyFreed,
  'huge-pages': hugePages,
  'near-limit': nearLimit,
};
