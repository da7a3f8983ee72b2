import type { AddressRange } from '../model/address-range.ts';
import { parseAddress } from './address-range.ts';
import { matchLines } from './lines.ts';

export interface TaggedRange extends AddressRange {
  /** As the JVM prints it: `META`. */
  tag: string;
}

/**
 * `0x00007fa6e0000000-0x00007fa6e0a60000  10878976 rw-p  10846208  0 4K  com  META  -` of `System.map` (jdk: nmt/memMapPrinter.cpp; JDK 23 and later): what
 * the JVM has in each mapping, where it has one kind of memory. Mappings with none of it, or with several, are left out; those of one tag side by side are one range.
 */
export function parseSystemMap(text: string): TaggedRange[] {
  const ranges: TaggedRange[] = [];
  const pattern = /^(0x[0-9a-f]+)-(0x[0-9a-f]+) +\d+ [rwxps-]{4} +\d+ +\d+ \S+ +\S+ +([A-Z]{2,30}) /;
  for (const [, from, to, tag = ''] of matchLines(text, pattern)) {
    const [start, end] = [parseAddress(from), parseAddress(to)];
    const last = ranges.at(-1);
    if (last && last.end === start && last.tag === tag) last.end = end;
    else ranges.push({ start, end, tag });
  }
  return ranges;
}
