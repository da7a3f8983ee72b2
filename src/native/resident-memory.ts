import type { AddressRange } from '../model/address-range.ts';
import { livingThread } from '../process/living-thread.ts';
import { loadBinding } from './binding.ts';
import { toProcessError } from './process-errors.ts';

export interface ResidentMemory {
  rssBytes: number;
  anonymousBytes: number;
  swapBytes: number;
  /** Of the mappings that begin in the ranges. Absent when none were given. */
  rangesRssBytes?: number;
}

/**
 * Resident memory from smaps_rollup or, when a part of it is wanted, from smaps: exact, where statm lags. Takes some milliseconds for a
 * process of some GB, and more with the number of mappings.
 *
 * @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION
 */
export function readResidentMemory(pid: number, ranges: readonly AddressRange[] = []): ResidentMemory {
  const bounds = Float64Array.from(ranges.flatMap(({ start, end }) => [start, end]));
  const { readSmaps } = loadBinding();
  const own = readSmaps(pid, bounds);
  const thread = 'errno' in own ? livingThread(pid) : undefined;
  const sums = thread === undefined ? own : readSmaps(thread, bounds);
  if ('errno' in sums) throw toProcessError(pid, sums.errno);
  const { rangesRssBytes, ...memory } = sums;
  return ranges.length > 0 ? { ...memory, rangesRssBytes } : memory;
}
