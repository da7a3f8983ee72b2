import type { AddressRange } from '../model/address-range.ts';

export interface Mapping extends AddressRange {
  /** Empty for anonymous memory without a name. */
  name: string;
  /** 0 for anonymous memory. */
  inode: number;
  rssBytes: number;
}

const header = /^([\da-f]+)-([\da-f]+) \S+ [\da-f]+ \S+ (\d+) *(.*)$/;

/** smaps (proc_pid_smaps(5)) → its mappings, in its order. */
export function parseMappings(smaps: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of smaps.split('\n')) {
    const [, start, end, inode, name = ''] = header.exec(line) ?? [];
    if (start !== undefined && end !== undefined) {
      mappings.push({ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), inode: Number(inode), name, rssBytes: 0 });
      continue;
    }
    const rss = /^Rss: +(\d+) kB$/.exec(line)?.[1];
    const last = mappings.at(-1);
    if (rss !== undefined && last) last.rssBytes = Number(rss) * 1024;
  }
  return mappings;
}
