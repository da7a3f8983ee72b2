import { z } from 'zod';
import { settings } from './cell.ts';

const listed = z.object({
  /** The name by which `--allocator` knows the configuration. */
  key: z.string(),
  /** Other names for it. */
  aliases: z.array(z.string()),
  /** Whose settings they are. */
  allocator: z.string(),
  /** By whose name it is run with others; absent: by `all`. */
  group: z.string().optional(),
  /** What the configuration changes, in a clause. */
  summary: z.string(),
  /** What the configuration sets in the environment and for the JVM. */
  settings: settings.omit({ simulatedTunable: true, library: true }),
  /** Whether this machine has the allocator. */
  found: z.boolean(),
  /** For LD_PRELOAD; absent where none is needed. */
  preload: z.string().optional(),
  /** The file that serves malloc. */
  library: z.string().optional(),
  /** As the package manager, or glibc, tells it; absent where nobody does. */
  version: z.string().optional(),
  /** Why it is not found, and how to install it. */
  reason: z.string().optional(),
});

/** `offheap allocators --format=json`: every configuration, with the library of this machine that it would run on. */
export const allocatorList = z.array(listed);
export type AllocatorList = z.infer<typeof allocatorList>;
