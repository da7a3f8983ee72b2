import { z } from 'zod';
import { bytes, count, figure, milliseconds } from './figures.ts';

/** What may come of tending a process. */
export const tendResults = ['returned', 'little', 'undone', 'would', 'failed', 'refused'] as const;

/** What `offheap tend` did with a process, or did not: a line of `offheap tend --format=json`. */
export const tendEvent = z.object({
  schemaVersion: z.literal(1),
  /** ISO 8601. */
  at: z.string(),
  /** As offheap sees it. */
  pid: count,
  /** The jar, main class or module. */
  name: z.string(),
  /** That serves malloc. */
  allocator: z.string(),
  /**
   * `returned`: a trim gave memory back. `little`: less than a tenth of what was predicted. `undone`: nine tenths of it were resident again a minute later. `would`:
   * with --dry-run. `failed`: the process did not do what it was told. `refused`: it is never told, until it is started anew.
   */
  result: z.enum(tendResults),
  /** Whether the JVM's own command did it, or the agent that was loaded for it. */
  by: z.enum(['jvm', 'agent']).exactOptional(),
  /** Absent where the allocator does not tell it. */
  predictedBytes: bytes.exactOptional(),
  /** Negative: the process took more meanwhile. */
  returnedBytes: figure.exactOptional(),
  rssBeforeBytes: bytes.exactOptional(),
  rssAfterBytes: bytes.exactOptional(),
  /** From the request to its answer: what a thread may have waited for at most. */
  tookMs: milliseconds.exactOptional(),
  /** Why it failed or is refused: a sentence. */
  reason: z.string().exactOptional(),
  /** For how long it is left alone now. */
  restMs: milliseconds.exactOptional(),
});
/** What `offheap tend` did with a process. */
export type TendEvent = z.infer<typeof tendEvent>;
