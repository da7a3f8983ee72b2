import { z } from 'zod';
import { count } from './figures.ts';

/** Threads whose names differ by numbers. */
export const threadGroup = z.object({
  /** Without its numbers. */
  name: z.string(),
  /** How many have it. */
  count,
});

/** A thread that runs finalizers or the actions of Cleaners, and stands still in one. */
export const standingThread = z.object({
  /** As the program named it. */
  name: z.string(),
  /** What it does. */
  role: z.enum(['finalizer', 'cleaner', 'reference handler']),
  /** As java.lang.Thread.State has it. */
  state: z.string(),
  /** Where it stands, innermost first; at most 12. */
  frames: z.array(z.string()),
});
export type StandingThread = z.infer<typeof standingThread>;

/** Objects that wait for the thread of finalizers. */
export const awaitingFinalization = z.object({
  /** How many there are. */
  count,
  /** The classes of most instances; at most 10. */
  classes: z.array(
    z.object({
      /** With its package. */
      className: z.string(),
      /** How many objects of it wait. */
      instances: count,
    }),
  ),
});
export type AwaitingFinalization = z.infer<typeof awaitingFinalization>;
