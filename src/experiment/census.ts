import { runDiagnosticCommand } from '../jvm/attach.ts';
import { countZlibObjects } from '../jvm/zlib-objects.ts';
import type { Census } from '../model/result.ts';
import { inspectHeap } from '../native/inspector.ts';

export interface Subject {
  pid: number;
  isJvm: boolean;
  /** Whether glibc's malloc serves the program: only its heap can be read from outside. */
  isGlibc: boolean;
  attachTimeoutMs: number;
}

/** Counts zlib's states from both sides: blocks of their sizes in the heap of malloc, and the Java objects that own them, reachable or not. */
export async function takeCensus({ pid, isJvm, isGlibc, attachTimeoutMs }: Subject): Promise<Census> {
  const blocks = isGlibc ? (await inspectHeap(pid)).census : undefined;
  // -all: without it the JVM collects first, and the objects that wait for the GC are gone.
  const histogram = isJvm ? await runDiagnosticCommand(pid, 'GC.class_histogram -all', { timeoutMs: attachTimeoutMs }) : undefined;
  const objects = histogram === undefined ? undefined : countZlibObjects(histogram);
  return {
    ...(blocks ? { inflaterBlocks: blocks.inflaters, deflaterBlocks: blocks.deflaters, blockBytes: blocks.bytes } : {}),
    ...(objects ? { inflaterObjects: objects.inflaters, deflaterObjects: objects.deflaters } : {}),
  };
}
