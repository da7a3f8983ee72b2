import { z } from 'zod';
import { bytes } from './figures.ts';

/** How a core file came to be. */
export const coreOrigin = z.object({
  /** The kernel, when it ended the process; else gdb’s gcore or another program, which copied one that went on. */
  writer: z.enum(['kernel', 'debugger']),
  /** Of the kernel’s: by which signal, such as `SIGABRT`. */
  signal: z.string().exactOptional(),
  /**
   * Which pages count as filled. `holes`: the kernel left out those that were not in memory. `content`: those that are not all zeros. `dumped`: all that are in the file, for there was no time
   * to look at all of them.
   */
  pages: z.enum(['holes', 'content', 'dumped']),
});
/** How a core file came to be. */
export type CoreOrigin = z.infer<typeof coreOrigin>;

/** The core file that a result is of. */
export const coreSource = coreOrigin.extend({
  /** Of the file, as it was named. */
  path: z.string(),
  /** It was not cut. */
  isWhole: z.boolean(),
  /** Of memory that the core tells of and has not. */
  missingBytes: bytes.exactOptional(),
  /** The JVM was read by the libjvm.so of that path on this machine, and the core does not have what tells whether it is the same. */
  isImageUnchecked: z.literal(true).exactOptional(),
});
/** The core file that a result is of. */
export type CoreSource = z.infer<typeof coreSource>;
