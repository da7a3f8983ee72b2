import { bytesPerKiB } from '../model/units.ts';
import { maxLineLength } from './lines.ts';
import { type MapsEntry, parseMapsEntry } from './maps.ts';

/** One mapping of /proc/PID/smaps (proc_pid_smaps(5)). */
export interface Mapping extends MapsEntry {
  /** With the pages of hugetlbfs, which the kernel leaves out of its own Rss and Pss. */
  rssBytes: number;
  /** Of `rssBytes`, those of hugetlbfs. */
  hugetlbBytes: number;
  /** Of `rssBytes`, what is mapped as transparent huge pages of anonymous or shared memory. Those of files are not in it: all of their bytes are the file's. */
  hugeBytes: number;
  /** Of `rssBytes`, what the process has given up by MADV_FREE: the kernel takes it when it needs memory. */
  lazyFreeBytes: number;
  pssBytes: number;
  anonymousBytes: number;
  swapBytes: number;
  /** Two letters each, as the kernel prints them: `rd wr mr mw me ac`. */
  vmFlags: string;
}

/** Private memory of no file. That of MAP_HUGETLB has a name of the kernel's. */
export function isAnonymous({ path, perms }: Pick<MapsEntry, 'path' | 'perms'>): boolean {
  return path === '' || (path === '/anon_hugepage' && perms[3] === 'p');
}

const [newline, space, zero, nine, lowerA] = [0x0a, 0x20, 0x30, 0x39, 0x61];
const vmFlags = Buffer.from('VmFlags:');
const figures = [
  { label: Buffer.from('Rss:'), field: 'rssBytes' },
  { label: Buffer.from('Pss:'), field: 'pssBytes' },
  { label: Buffer.from('Anonymous:'), field: 'anonymousBytes' },
  { label: Buffer.from('LazyFree:'), field: 'lazyFreeBytes' },
  { label: Buffer.from('Swap:'), field: 'swapBytes' },
] as const;
const hugetlb = [Buffer.from('Shared_Hugetlb:'), Buffer.from('Private_Hugetlb:')];
const transparent = [Buffer.from('AnonHugePages:'), Buffer.from('ShmemPmdMapped:')];

/** All mappings in the kernel's order, which is by address. Lines it does not know are left out. */
export function parseSmaps(text: string): Mapping[] {
  const parser = new SmapsParser();
  parser.take(Buffer.from(text));
  return parser.end();
}

/**
 * The same of a text that comes in pieces, cut anywhere. One pass, and nothing of the text is kept: 60,000 mappings are 42 MB of it. Its bytes are
 * looked at as they are, for of the 25 lines of a mapping 16 tell nothing that is wanted.
 */
export class SmapsParser {
  readonly #mappings: Mapping[] = [];
  readonly #names = new Map<string, string>();
  /** Of a line that began in an earlier piece. */
  readonly #begun = Buffer.allocUnsafe(maxLineLength);
  #begunBytes = 0;

  /** Nothing of the piece is kept. */
  take(piece: Buffer): void {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      if (piece[at] !== newline) continue;
      if (this.#begunBytes > 0) this.#endBegun(piece.subarray(from, at));
      else this.#takeLine(piece, from, Math.min(at, from + maxLineLength));
      from = at + 1;
    }
    this.#begin(piece.subarray(from));
  }

  end(): Mapping[] {
    this.#endBegun(Buffer.alloc(0));
    return this.#mappings;
  }

  #begin(part: Buffer): void {
    this.#begunBytes += part.copy(this.#begun, this.#begunBytes);
  }

  #endBegun(part: Buffer): void {
    this.#begin(part);
    this.#takeLine(this.#begun, 0, this.#begunBytes);
    this.#begunBytes = 0;
  }

  #takeLine(bytes: Buffer, from: number, to: number): void {
    const first = bytes[from] ?? newline;
    const current = this.#mappings.at(-1);
    // Fields begin with a capital, mappings with a hexadecimal digit.
    if (first >= lowerA || first <= nine) {
      const entry = parseMapsEntry(bytes.toString('utf8', from, to));
      if (entry) this.#mappings.push(this.#toMapping(entry));
    } else if (current) this.#takeField(current, bytes, from, to);
  }

  #takeField(current: Mapping, bytes: Buffer, from: number, to: number): void {
    for (const { label, field } of figures) {
      if (startsWith(bytes, from, to, label)) current[field] = kiB(bytes, from + label.length, to);
    }
    for (const label of hugetlb) {
      if (startsWith(bytes, from, to, label)) addHugetlb(current, kiB(bytes, from + label.length, to));
    }
    for (const label of transparent) {
      if (startsWith(bytes, from, to, label)) current.hugeBytes += kiB(bytes, from + label.length, to);
    }
    if (startsWith(bytes, from, to, vmFlags))
      current.vmFlags = this.#shared(bytes.toString('latin1', from + vmFlags.length, to).trim());
  }

  /** Field by field: of a spread V8 makes a hash table, which takes three times the memory. */
  #toMapping({ start, end, perms, offset, device, inode, path, deleted }: MapsEntry): Mapping {
    return {
      start,
      end,
      perms: this.#shared(perms),
      offset,
      device: this.#shared(device),
      inode,
      path: this.#shared(path),
      deleted,
      rssBytes: 0,
      hugetlbBytes: 0,
      hugeBytes: 0,
      lazyFreeBytes: 0,
      pssBytes: 0,
      anonymousBytes: 0,
      swapBytes: 0,
      vmFlags: '',
    };
  }

  /** One copy of it for all mappings. Not the string itself: V8's parts of a string keep the whole of it. */
  #shared(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const copy = Buffer.from(name).toString();
    this.#names.set(copy, copy);
    return copy;
  }
}

/** They come behind Rss. */
function addHugetlb(mapping: Mapping, bytes: number): void {
  mapping.hugetlbBytes += bytes;
  mapping.rssBytes += bytes;
}

function startsWith(bytes: Buffer, from: number, to: number, label: Buffer): boolean {
  for (let index = 0; index < label.length; index++) if (bytes[from + index] !== label[index]) return false;
  return from + label.length <= to;
}

/** 0 of what is no number. */
function kiB(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === space) at++;
  let value = 0;
  for (let digit = bytes[at] ?? 0; at < to && digit >= zero && digit <= nine; digit = bytes[++at] ?? 0) {
    value = value * 10 + digit - zero;
  }
  return value * bytesPerKiB;
}
