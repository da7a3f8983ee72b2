import { z } from 'zod';
import { bytes, count } from './figures.ts';

/** Transparent huge pages of a process, and why it has them. */
export const hugePageEvidence = z.object({
  /** All of them. */
  bytes,
  /** Of `bytes`, in mappings for which somebody asked for huge pages by madvise(2): VmFlags `hg`. */
  advisedBytes: bytes,
  /** Of one huge page. */
  pageBytes: bytes,
  /** Of their pages, those that were read: one at random of each of so many equal parts. */
  sampledPages: count,
  /** Of these, those that held nothing but zeros: nobody has written them, or zeros. */
  zeroPages: count,
  /** Whether this process has them switched off by prctl(2): it keeps those that it had before. */
  isSwitchedOff: z.boolean(),
  /** Who gets huge pages on this machine: `always`, `madvise` or `never`. */
  enabled: z.string().exactOptional(),
  /** Whether a fault waits for one. */
  defrag: z.string().exactOptional(),
  /** khugepaged makes a huge page where up to so many of its pages are absent. */
  maxPtesNone: count.exactOptional(),
  /** Whether the kernel gives back pages of zeros within huge pages when memory is short, once `maxPtesNone` allows fewer: Linux 6.12 and later. */
  shrinksUnderused: z.boolean().exactOptional(),
});
export type HugePageEvidence = z.infer<typeof hugePageEvidence>;
