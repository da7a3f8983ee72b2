import { z } from 'zod';
import type { OwnersResult } from '../model/owners.ts';
import { observeOwners } from '../observe/owners.ts';
import { abortSignal, checkArgument, duration, pidArgument } from './arguments.ts';

const ownersOptions = z.strictObject({
  /** Processor time, in milliseconds; four times as much may pass. Default: as long as it takes, up to ten minutes. */
  budgetMs: duration.min(1).exactOptional(),
  /** Of how many classes, those with most bytes, to tell in `held` who keeps their objects alive. Each costs some readings of the Java heap. Default none. */
  holders: z.int().min(0).max(64).exactOptional(),
  /** Tell what blocks of nobody begin with, in `unowned.sizes`: the result has contents of memory then. */
  peek: z.boolean().exactOptional(),
  /** Calls it off: `owners` rejects with the signal's reason. */
  signal: abortSignal.exactOptional(),
});

/** How `owners` looks at a process. */
export type OwnersOptions = z.input<typeof ownersOptions>;

/**
 * Tells who owns each block of malloc in a running process: classes of Java objects, threads, libraries, nobody. The object that
 * `offheap owners --format=json` prints. The process does not stop, nothing is loaded into it, and its RSS does not change.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError NO_SUCH_PROCESS, NO_PERMISSION, NOT_GLIBC, NOT_INSPECTABLE, PROCESS_ENDED or INSPECT_FAILED
 */
export async function owners(pid: number, options: OwnersOptions = {}): Promise<OwnersResult> {
  checkArgument('pid', pid, pidArgument);
  return observeOwners(pid, checkArgument('options', options, ownersOptions));
}
