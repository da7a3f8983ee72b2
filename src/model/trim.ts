import { z } from 'zod';
import { appliedFix } from './doctor.ts';
import { count, milliseconds } from './figures.ts';
import { tool } from './tool.ts';

/** What became of a process that was told to give back what its allocator keeps idle. */
export const trimmedProcess = z.object({
  /** As offheap sees it. */
  pid: count,
  /** The jar, main class or module. */
  name: z.string(),
  /** That serves malloc. */
  allocator: z.string(),
  uptimeMs: milliseconds,
  /** What was predicted, and what came back. */
  fix: appliedFix,
  /** Of all of it: looks before and after, and the trim. */
  durationMs: milliseconds,
});
/** What `trim` returns. */
export type TrimmedProcess = z.infer<typeof trimmedProcess>;

/** `offheap trim --format=json`. */
export const trimResult = z.object({
  schemaVersion: z.literal(1),
  /** What wrote it. */
  tool,
  /** ISO 8601. */
  takenAt: z.string(),
  /** In the order in which they were told. */
  processes: z.array(trimmedProcess),
  /** Processes that gave nothing back since they could not be told, or not be looked at. */
  refused: z.array(
    z.object({
      /** As offheap sees it. */
      pid: count,
      /** As of a process that was told. */
      name: z.string(),
      /** A sentence, with what lets it be done. */
      reason: z.string(),
    }),
  ),
});
export type TrimResult = z.infer<typeof trimResult>;
