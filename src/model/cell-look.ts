import { z } from 'zod';
import { finding } from './doctor.ts';
import { bytes, count, figure, milliseconds } from './figures.ts';
import { ownerKinds } from './owner-kinds.ts';

/** Of findings and of owners. */
export const mostLooked = 8;

export const cellLook = z.object({
  /** One to four short sentences. */
  verdict: z.string(),
  /** Problems before notices, each by the bytes that it is about. */
  findings: z
    .array(
      z.object({
        /** docs/doctor.md has a section for each. */
        code: finding.shape.code,
        /** `problem`: act. `notice`: worth knowing. */
        severity: finding.shape.severity,
        /** One to three short sentences with the numbers in them. */
        title: z.string(),
        /** That it is about, where it is about bytes. */
        bytes: figure.exactOptional(),
      }),
    )
    .max(mostLooked),
  /** Who owns the blocks of malloc, the largest first: where much of it is in use, and there was time to look. */
  owners: z
    .array(
      z.object({
        /** As `offheap owners` has it. */
        kind: z.enum(ownerKinds),
        /** The class, the file or the threads. */
        name: z.string(),
        /** To which it leads. */
        blocks: count,
        bytes,
      }),
    )
    .max(mostLooked),
  durationMs: milliseconds,
});
/** What the doctor says of a cell's process, in short. */
export type CellLook = z.infer<typeof cellLook>;
