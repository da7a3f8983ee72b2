import { crc32, deflateRawSync } from 'node:zlib';

/** A zip entry as a test wants it, including what a good zip writer would not write. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  /** Overrides what the central directory says. */
  readonly declaredSize?: number;
}

const stored = 0;
export const deflated = 8;

/** A whole zip file. Entries are stored unless they say otherwise. */
export function zip(entries: readonly ZipEntry[], options: { prefix?: string; comment?: string } = {}): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const method = entry.method ?? stored;
    const bytes = method === deflated ? deflateRawSync(entry.data) : entry.data;
    const name = Buffer.from(entry.name);
    const crc = entry.crc ?? crc32(entry.data);
    const size = entry.declaredSize ?? entry.data.length;
    const common = [...u16(20, entry.flags ?? 0, method, 0, 33), ...u32(crc, bytes.length, size), ...u16(name.length)];
    // The local header has an extra field which the directory lacks: a reader must not take one for the other.
    const extra = Buffer.alloc(7);
    files.push(Buffer.from([...u32(0x04034b50), ...common, ...u16(extra.length)]), name, extra, bytes);
    directory.push(Buffer.from([...u32(0x02014b50), ...u16(20), ...common, ...u16(0, 0, 0, 0), ...u32(0, offset)]), name);
    offset += 30 + name.length + extra.length + bytes.length;
  }
  const index = Buffer.concat(directory);
  const comment = Buffer.from(options.comment ?? '');
  const counts = u16(0, 0, entries.length, entries.length);
  const end = Buffer.from([...u32(0x06054b50), ...counts, ...u32(index.length, offset), ...u16(comment.length)]);
  return Buffer.concat([Buffer.from(options.prefix ?? ''), ...files, index, end, comment]);
}

function u16(...values: number[]): number[] {
  return values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff]);
}

function u32(...values: number[]): number[] {
  return values.flatMap((value) => u16(value & 0xffff, value >>> 16));
}
