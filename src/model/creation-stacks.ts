import { z } from 'zod';
import { count, milliseconds } from './figures.ts';

export const creationStacks = z.object({
  /** Whose constructors were watched. */
  className: z.string(),
  intervalMs: milliseconds,
  /** Of its constructors, where one calls another the outer one: so many objects were made. */
  calls: count,
  /** Those with most calls, innermost frame first. */
  top: z.array(
    z.object({
      /** On this stack. */
      calls: count,
      /** Methods, each with its line where the class tells it. */
      frames: z.array(z.string()),
    }),
  ),
  /** All stacks as text, one a line, with their calls. */
  collapsedFile: z.string(),
});
/** Who makes objects of a class. */
export type CreationStacks = z.infer<typeof creationStacks>;
