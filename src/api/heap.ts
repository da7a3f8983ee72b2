import { z } from 'zod';
import type { HeapInspection } from '../model/inspection.ts';
import { type InspectOptions, inspectHeap as inspect } from '../native/inspector.ts';
import { abortSignal, checkArgument, duration, pidArgument } from './arguments.ts';

const inspectOptions: z.ZodType<InspectOptions> = z.strictObject({
  budgetMs: duration.min(1).exactOptional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .exactOptional(),
  sizes: z.int().min(0).exactOptional(),
  signal: abortSignal.exactOptional(),
});

/**
 * Reads the glibc heaps of a process from outside, off the JavaScript thread. The process does not stop, and its RSS does not change.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError NO_SUCH_PROCESS, NO_PERMISSION, NOT_GLIBC, NOT_INSPECTABLE, PROCESS_ENDED or INSPECT_FAILED
 */
export async function inspectHeap(pid: number, options: InspectOptions = {}): Promise<HeapInspection> {
  checkArgument('pid', pid, pidArgument);
  return inspect(pid, checkArgument('options', options, inspectOptions));
}
