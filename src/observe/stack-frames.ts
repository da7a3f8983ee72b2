import type { AllocationStacks } from '../model/doctor.ts';
import type { CollapsedStack } from '../parse/collapsed-stacks.ts';

const framesKept = 12;
/** Of the allocator and of the profiler in front of it: the same in every stack. */
const allocatorMachinery =
  /^(malloc_hook|calloc_hook|realloc_hook|posix_memalign_hook|aligned_alloc_hook|os::malloc|os::realloc|AllocateHeap)$/;
/** How the JDK calls by reflection and makes lambdas: what it makes for that is other at the sixteenth call, and at each start. */
const javaMachinery = /^(?:jdk\/internal|sun)\/reflect\/|^java\/lang\/invoke\/|\$\$Lambda[./$]/;
/** How a Java frame was compiled, as the converter marks it. */
const frameMark = /_\[\w\]$/;

/** The same frames are interpreted at first and compiled later, and called from here and there: what is shown alike is one stack. */
export function joinAlike(stacks: readonly CollapsedStack[]): AllocationStacks['top'] {
  const joined = new Map<string, AllocationStacks['top'][number]>();
  for (const stack of stacks) {
    const frames = innermost(stack.frames);
    const known = joined.get(frames.join('\n'));
    if (known) known.bytes += stack.bytes;
    else joined.set(frames.join('\n'), { bytes: stack.bytes, frames });
  }
  return [...joined.values()].sort((a, b) => b.bytes - a.bytes);
}

/** The innermost frames, the innermost first. */
function innermost(frames: readonly string[]): string[] {
  return tellingFrames(frames).reverse().slice(0, framesKept);
}

/** The frames that say who allocates. */
export function tellingFrames(frames: readonly string[]): string[] {
  return frames
    .filter((frame) => !allocatorMachinery.test(frame) && !javaMachinery.test(frame))
    .map((frame) => frame.replace(frameMark, ''));
}
