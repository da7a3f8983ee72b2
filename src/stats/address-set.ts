import type { AddressRange } from '../model/address-range.ts';

/** Which addresses of a process are mapped. What is added or removed twice counts once. */
export class AddressSet {
  /** Sorted; none touch. */
  readonly #ranges: AddressRange[];

  constructor(ranges: Iterable<AddressRange> = []) {
    this.#ranges = [];
    for (const range of ranges) this.add(range);
  }

  /** Returns how many bytes were not in it before. */
  add({ start, end }: AddressRange): number {
    if (end <= start) return 0;
    const [first, last] = this.#span(start, end);
    const touched = this.#ranges.slice(first, last);
    const before = touched.reduce((sum, range) => sum + overlap(range, start, end), 0);
    const joined = { start: Math.min(start, touched[0]?.start ?? start), end: Math.max(end, touched.at(-1)?.end ?? end) };
    this.#ranges.splice(first, last - first, joined);
    return end - start - before;
  }

  /** Returns how many bytes were in it. */
  remove({ start, end }: AddressRange): number {
    if (end <= start) return 0;
    const [first, last] = this.#span(start, end);
    const touched = this.#ranges.slice(first, last);
    const left = touched.flatMap((range) =>
      [
        { start: range.start, end: Math.min(range.end, start) },
        { start: Math.max(range.start, end), end: range.end },
      ].filter((rest) => rest.end > rest.start),
    );
    this.#ranges.splice(first, last - first, ...left);
    return touched.reduce((sum, range) => sum + overlap(range, start, end), 0);
  }

  copy(): AddressSet {
    return new AddressSet(this.#ranges);
  }

  /** Of the ranges that overlap or touch, the first and the one behind the last. */
  #span(start: number, end: number): [first: number, last: number] {
    const first = this.#firstWhere((range) => range.end >= start);
    let last = first;
    for (; (this.#ranges[last]?.start ?? Number.POSITIVE_INFINITY) <= end; last++);
    return [first, last];
  }

  /** Index of the first range for which a condition holds that holds for all after it. */
  #firstWhere(holds: (range: AddressRange) => boolean): number {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = this.#ranges[middle];
      if (range && holds(range)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function overlap(range: AddressRange, start: number, end: number): number {
  return Math.max(0, Math.min(range.end, end) - Math.max(range.start, start));
}
