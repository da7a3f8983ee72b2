import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { parseMappedName } from '../parse/maps.ts';
import type { Mapping } from '../parse/smaps.ts';
import { tooLong } from '../process/bounded-read.ts';
import { loadBinding } from './binding.ts';

/** One piece as the addon has read it: native/addon/smaps_reader.h. */
interface Piece {
  rows: Float64Array;
  /** Of a row. */
  width: number;
  names: readonly string[];
}

/**
 * The mappings in a file of the form of /proc/PID/smaps, in its order, which is by address: 2,048 of them at most at once, so that what waits for this thread gets it in between.
 * The text is read and taken apart on another thread, and is never there as a whole: 60,000 mappings are 42 MB of it. Lines of another form are left out.
 *
 * @throws the error of the file system, the signal's reason between two pieces, or OffheapError INSPECT_FAILED for a longer file
 */
export async function* readMappingPieces(path: string, maxBytes: number, signal?: AbortSignal): AsyncGenerator<Mapping[]> {
  const { openMappings, mappingFields: width, mappingsAtOnce } = loadBinding();
  const reader = openMappings(path, maxBytes);
  if ('errno' in reader) throw systemError(reader.errno, 'open', path);
  try {
    const rows = new Float64Array(mappingsAtOnce * width);
    const shared = new Map<string, string>();
    for (let mappings = mappingsAtOnce; mappings === mappingsAtOnce; ) {
      const read = await reader.next(rows);
      signal?.throwIfAborted();
      if (read.errno === constants.errno.EFBIG) throw tooLong(path, maxBytes);
      if (read.errno !== 0) throw systemError(read.errno, 'read', path);
      mappings = read.mappings;
      const piece = { rows, width, names: namesOf(read, shared) };
      if (mappings > 0) yield Array.from({ length: mappings }, (_, index) => toMapping(piece, index * width));
    }
  } finally {
    reader.close();
  }
}

/** One copy of each for all pieces. */
function namesOf(piece: { names: Uint8Array; ends: Uint32Array }, shared: Map<string, string>): string[] {
  const names = Buffer.from(piece.names.buffer, piece.names.byteOffset, piece.names.byteLength);
  let from = 0;
  return Array.from(piece.ends, (end) => {
    const name = names.toString('utf8', from, end);
    from = end;
    const known = shared.get(name);
    if (known === undefined) shared.set(name, name);
    return known ?? name;
  });
}

/** Field by field: of a spread V8 makes a hash table, which takes three times the memory. */
function toMapping({ rows, names }: Piece, from: number): Mapping {
  const figure = (field: number) => small(rows[from + field] ?? 0);
  const name = (field: number) => names[figure(field)] ?? '';
  const raw = name(fields.path);
  const { path, deleted } = raw === '' ? anonymous : parseMappedName(raw);
  return {
    start: figure(fields.start),
    end: figure(fields.end),
    perms: name(fields.perms),
    offset: figure(fields.offset),
    device: deviceOf(figure(fields.deviceMajor), figure(fields.deviceMinor)),
    inode: figure(fields.inode),
    path,
    deleted,
    rssBytes: figure(fields.rss),
    hugetlbBytes: figure(fields.hugetlb),
    hugeBytes: figure(fields.huge),
    lazyFreeBytes: figure(fields.lazyFree),
    pssBytes: figure(fields.pss),
    anonymousBytes: figure(fields.anonymous),
    swapBytes: figure(fields.swap),
    vmFlags: name(fields.flags).trim(),
  };
}

/** Every number of a Float64Array is one that V8 keeps on its own, in 16 bytes; what fits in 32 bits need not be. */
function small(figure: number): number {
  const bits = figure | 0;
  return bits === figure ? bits : figure;
}

const anonymous = { path: '', deleted: false };
const noDevice = '0:0';

function deviceOf(major: number, minor: number): string {
  return major === 0 && minor === 0 ? noDevice : `${major}:${minor}`;
}

/** As enum smaps_field has them. */
const fields = {
  start: 0,
  end: 1,
  offset: 2,
  deviceMajor: 3,
  deviceMinor: 4,
  inode: 5,
  rss: 6,
  hugetlb: 7,
  huge: 8,
  lazyFree: 9,
  pss: 10,
  anonymous: 11,
  swap: 12,
  perms: 13,
  path: 14,
  flags: 15,
} as const;

/** As node:fs has it. */
function systemError(errno: number, syscall: string, path: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${code}: ${syscall} '${path}'`), { errno: -errno, code, syscall, path });
}
