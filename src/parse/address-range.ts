import type { AddressRange } from '../model/address-range.ts';

/** Sorted by start; ranges that touch or overlap are one, and those with no bytes are gone. */
export function joinRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const joined: AddressRange[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (!(end > start)) continue;
    const last = joined.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/** `0x` and hexadecimal digits → a number. */
export function parseAddress(text: string | undefined): number {
  return text === undefined ? Number.NaN : Number.parseInt(text, 16);
}
