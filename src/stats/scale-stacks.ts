import type { CollapsedStack } from '../parse/collapsed-stacks.ts';

/**
 * Bytes of sampled blocks as bytes of all. The profiler adds up what is allocated and records the block with which the sum passes the next multiple of `everyBytes`: a
 * recorded block that is smaller stands for so many bytes, a larger one, recorded each time, for itself (async-profiler: mallocTracer.cpp, Profiler::updateCounter).
 * Exact, but for chance, where the blocks of a stack are all smaller or all larger; where they are mixed it is the lower bound.
 *
 * @param sizes of the recorded blocks
 * @param counts the same stacks, each with how many blocks were recorded instead of bytes
 */
export function scaleStacks(
  sizes: readonly CollapsedStack[],
  counts: readonly CollapsedStack[],
  everyBytes: number,
): CollapsedStack[] {
  const keyOf = ({ frames }: CollapsedStack) => frames.join(';');
  const blocks = new Map<string, number>();
  // Names that differ in what cannot be printed alone are one here.
  for (const stack of counts) blocks.set(keyOf(stack), (blocks.get(keyOf(stack)) ?? 0) + stack.bytes);
  const bytes = new Map<string, CollapsedStack>();
  for (const stack of sizes) {
    bytes.set(keyOf(stack), { frames: stack.frames, bytes: (bytes.get(keyOf(stack))?.bytes ?? 0) + stack.bytes });
  }
  return [...bytes]
    .map(([key, stack]) => ({ ...stack, bytes: Math.max(stack.bytes, (blocks.get(key) ?? 0) * everyBytes) }))
    .sort((a, b) => b.bytes - a.bytes);
}
