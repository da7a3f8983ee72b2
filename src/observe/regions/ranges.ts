import type { AddressRange } from '../../model/address-range.ts';
import type { RegionKind } from '../../model/doctor.ts';

/** Addresses that somebody who must know has claimed for a kind of memory. */
export interface KnownRange extends AddressRange {
  kind: RegionKind;
  /** What the members of the kind are told apart by, such as a thread. */
  name?: string;
}

/** Lays layers over each other, the most trusted first: what an earlier one claims no later one gets. Sorted, without overlap. */
export function layRanges(layers: readonly (readonly KnownRange[])[]): KnownRange[] {
  return layers.reduce<KnownRange[]>((claimed, layer) => merge(claimed, withoutClaimed(layer, claimed)), []);
}

/** The parts of `layer` that no range of `claimed` covers, sorted; within a layer the lower range wins. `claimed` is sorted. */
export function withoutClaimed<Range extends AddressRange>(layer: readonly Range[], claimed: readonly AddressRange[]): Range[] {
  const free: Range[] = [];
  let next = 0;
  let from = 0;
  for (const range of [...layer].sort((a, b) => a.start - b.start)) {
    let start = Math.max(range.start, from);
    while ((claimed[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    for (let index = next; start < range.end; index++) {
      const other = claimed[index];
      const end = Math.min(range.end, other?.start ?? range.end);
      if (end > start) free.push({ ...range, start, end });
      start = Math.max(end, other?.end ?? range.end);
    }
    from = Math.max(from, range.end);
  }
  return free;
}

function merge(a: readonly KnownRange[], b: readonly KnownRange[]): KnownRange[] {
  return [...a, ...b].sort((left, right) => left.start - right.start);
}

/** Index of the last range that starts at or below an address, by bisection; -1 when none does. */
export function findLast(ranges: readonly { start: number }[], address: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? Number.POSITIVE_INFINITY) <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
