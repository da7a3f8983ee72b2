import { z } from 'zod';
import type { OwnersResult } from '../model/owners.ts';
import { withCoreOf } from '../observe/dead/core-at.ts';
import { observeCoreOwners } from '../observe/dead/core-owners.ts';
import { abortSignal, checkArgument, duration } from './arguments.ts';

const coreOwnersOptions = z.strictObject({
  /** Processor time, in milliseconds; four times as much may pass. Default: as long as it takes, up to ten minutes. */
  budgetMs: duration.min(1).exactOptional(),
  /** Of how many classes, those with most bytes, to tell in `held` who keeps their objects alive. Default none. */
  holders: z.int().min(0).max(64).exactOptional(),
  /** Tell what blocks of nobody begin with, in `unowned.sizes`: the result has contents of memory then. */
  peek: z.boolean().exactOptional(),
  /** The folder below which the files of the core's machine are, such as an unpacked image of its container. Default `/`. */
  sysroot: z.string().min(1).exactOptional(),
  /** Calls it off: `coreOwners` rejects with the signal's reason. */
  signal: abortSignal.exactOptional(),
});

/** How `coreOwners` reads a core file. */
export type CoreOwnersOptions = z.input<typeof coreOwnersOptions>;

/**
 * Tells who owned each block of malloc in a process that has left a core file, which may be compressed by gzip, zstd, lz4 or xz: as `owners` of one that runs. Of a JVM the file of
 * its libjvm.so is needed too, of the same build.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError MISSING_FILE, INVALID_FILE, MISSING_TOOL, NOT_GLIBC or INSPECT_FAILED
 */
export async function coreOwners(path: string, options: CoreOwnersOptions = {}): Promise<OwnersResult> {
  checkArgument('path', path, z.string().min(1));
  const checked = checkArgument('options', options, coreOwnersOptions);
  return await withCoreOf(path, (core) => observeCoreOwners(core.path, { ...checked, isUnpacked: core.isUnpacked, named: path }));
}
