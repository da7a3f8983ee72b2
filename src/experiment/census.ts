import { OffheapError } from '../model/errors.ts';
import type { HeapInspection } from '../model/inspection.ts';
import type { Census } from '../model/result.ts';
import { inspectHeap } from '../native/inspector.ts';
import { askClasses } from '../observe/jvm.ts';
import { countZlibObjects } from '../observe/zlib-objects.ts';

/** Two gigabytes take a second; a busy machine has more to do. */
const longestWalkMs = 60_000;

export interface CensusRequest {
  pid: number;
  isJvm: boolean;
  /** Whether glibc's malloc serves the program: only its heap can be read from outside. */
  isInspectable: boolean;
  attachTimeoutMs: number;
}

/** Counts zlib's states from both sides: blocks of their sizes in the heap of malloc, and the Java objects that own them, reachable or not. */
export async function takeCensus({ pid, isJvm, isInspectable, attachTimeoutMs }: CensusRequest): Promise<Census> {
  const blocks = isInspectable ? await countBlocks(pid) : undefined;
  // -all: without it the JVM collects first, and the objects that wait for the GC are gone.
  const objects = isJvm ? countZlibObjects(await askClasses(pid, { timeoutMs: attachTimeoutMs })) : undefined;
  return {
    ...(blocks && { inflaterBlocks: blocks.inflaters, deflaterBlocks: blocks.deflaters, blockBytes: blocks.bytes }),
    ...(objects && { inflaterObjects: objects.inflaters, deflaterObjects: objects.deflaters }),
  };
}

/** Of all heaps: what a sample stands for is no count. */
async function countBlocks(pid: number): Promise<HeapInspection['census']> {
  const { census, sample } = await inspectHeap(pid, { budgetMs: longestWalkMs });
  if (sample === undefined) return census;
  throw new OffheapError(
    'INSPECT_FAILED',
    `Expected to walk all heaps of process ${pid} in ${longestWalkMs / 1000} s, but walked ${sample.heapsWalked} of ${sample.heapsTotal}.`,
  );
}
