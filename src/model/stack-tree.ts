import { z } from 'zod';
import { bytes, count } from './figures.ts';

const node = z.object({
  /** Index in `frames`. */
  frame: count,
  /** Index in `nodes` of the caller, which comes before its callees; absent for a frame that nothing calls. */
  caller: count.exactOptional(),
  /** Of the frame and of all that it calls. */
  bytes,
});

/** Stacks joined by their outermost frames, as a flame graph draws them. Lists, since nested objects would be as deep as the stacks. */
export const stackTree = z
  .object({
    /** Names, each once. */
    frames: z.array(z.string()),
    /** Each frame where it was called from; a caller comes before its callees. */
    nodes: z.array(node),
  })
  .superRefine(({ frames, nodes }, { addIssue }) => {
    const wrong = nodes.findIndex(({ frame, caller }, index) => frame >= frames.length || (caller ?? -1) >= index);
    if (wrong < 0) return;
    const message = 'Invalid input: expected the number of a frame, and of a caller that comes before';
    addIssue({ code: 'custom', path: ['nodes', wrong], message });
  });
export type StackTree = z.infer<typeof stackTree>;
