import { z } from 'zod';
import { cellLook } from './cell-look.ts';
import { count } from './figures.ts';

/** Bounds of what is kept. */
export const mostProcesses = 64;
export const mostLines = 20;
export const longestLine = 500;
export const longestThreadDump = 65_536;

const spoken = z.array(z.string()).max(mostLines);

export const cellFailure = z.object({
  /** Last lines on stdout, without phases and metrics. */
  stdout: spoken,
  /** Last lines on stderr. */
  stderr: spoken,
  /** Last lines of the load command, on stderr and on stdout; absent where none ran. */
  load: spoken.optional(),
  /** The program and what it had started, and the load: what of them ran when it failed. Absent where the program had ended by then. */
  processes: z
    .array(
      z.object({
        /** Of the process. */
        pid: count,
        /** Of the process that started it. */
        parentPid: count,
        /** Its arguments. */
        command: z.array(z.string()),
        /** `running`, `sleeping`, `disk wait`, `stopped`, `traced`, `zombie`, or a letter of proc(5). */
        state: z.string(),
      }),
    )
    .max(mostProcesses)
    .optional(),
  /** Of a JVM that answers: Thread.print, its first 64 KiB. */
  threadDump: z.string().optional(),
  /** What the doctor saw, where it could look. */
  look: cellLook.optional(),
});
/** What was seen of a program when its cell failed. */
export type CellFailure = z.infer<typeof cellFailure>;
