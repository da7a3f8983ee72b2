import { z } from 'zod';
import { bytes, count } from './figures.ts';
import { regionKinds } from './region-kinds.ts';

/** A part of the process's RSS. The parts sum to the RSS of smaps exactly; no byte is in two. */
export const region = z.object({
  /** What the memory is; docs/evidence.md says how each is known. */
  kind: z.enum(regionKinds),
  sizeBytes: bytes,
  rssBytes: bytes,
  swapBytes: bytes,
  /** How many mappings. */
  mappings: count,
  /** Of `rssBytes`, what is mapped as transparent huge pages; absent where nothing is. */
  hugeBytes: bytes.exactOptional(),
  /** Of `hugeBytes`, an estimate of what holds nothing but zeros; absent where no page was read. */
  zeroHugeBytes: bytes.exactOptional(),
  /** Of thread stacks, the one with most resident bytes. Older results lack it. */
  deepest: z.object({ sizeBytes: bytes, rssBytes: bytes }).exactOptional(),
  /** The largest members by name, such as threads or files; at most 10. */
  largest: z.array(
    z.object({
      /** Of the thread, the file or the mapping. */
      name: z.string(),
      sizeBytes: bytes,
      rssBytes: bytes,
    }),
  ),
});
/** A part of the RSS of a process. No byte is in two of them. */
export type Region = z.infer<typeof region>;
