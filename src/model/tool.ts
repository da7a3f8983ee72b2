import { z } from 'zod';

/** What wrote a result. */
export const tool = z.object({
  name: z.literal('offheap'),
  /** Of the package. */
  version: z.string(),
});
