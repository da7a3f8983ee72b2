import type { AddressRange } from '../../model/address-range.ts';
import type { HugePageSample } from '../../process/huge-page-sample.ts';
import { findLast } from './ranges.ts';

/** What of a process's huge pages lies in a part of it. */
export interface HugeShare {
  bytes: number;
  /** How many pages of it were read, and how many of these held nothing but zeros. */
  sampledPages: number;
  zeroPages: number;
}

/** Huge pages that reach beyond the range count as far as they lie in it. */
export function hugeIn({ start, end }: AddressRange, { extents, pages }: HugePageSample): HugeShare {
  let bytes = 0;
  for (let index = Math.max(0, findLast(extents, start)); index < extents.length; index++) {
    const extent = extents[index];
    if (!extent || extent.start >= end) break;
    bytes += Math.max(0, Math.min(end, extent.end) - Math.max(start, extent.start));
  }
  const own = pages.slice(findLast(pages, start - 1) + 1, findLast(pages, end - 1) + 1);
  return { bytes, sampledPages: own.length, zeroPages: own.filter(({ isZero }) => isZero).length };
}
