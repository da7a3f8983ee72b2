import { z } from 'zod';

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
