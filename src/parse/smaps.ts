import { maxLineLength } from './lines.ts';
import { type MapsEntry, parseMapsEntry } from './maps.ts';

/** One mapping of /proc/PID/smaps (proc_pid_smaps(5)). */
export interface Mapping extends MapsEntry {
  rssBytes: number;
  pssBytes: number;
  anonymousBytes: number;
  swapBytes: number;
  /** Two letters each, as the kernel prints them: `rd wr mr mw me ac`. */
  vmFlags: string;
}

const bytesPerKiB = 1024;
const lowerA = 97;

/** All mappings in the kernel's order, which is by address. Lines it does not know are left out. */
export function parseSmaps(text: string): Mapping[] {
  const parser = new SmapsParser();
  parser.take(text);
  return parser.end();
}

/** The same of a text that comes in pieces, cut anywhere. One pass, and nothing of the text is kept: some processes have 60,000 mappings, which are 42 MB of it. */
export class SmapsParser {
  readonly #mappings: Mapping[] = [];
  readonly #names = new Map<string, string>();
  #rest = '';

  take(piece: string): void {
    const text = this.#rest + piece;
    let from = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', from)) {
      this.#takeLine(text, from, Math.min(newline, from + maxLineLength));
      from = newline + 1;
    }
    this.#rest = text.slice(from, from + maxLineLength);
  }

  end(): Mapping[] {
    this.take('\n');
    return this.#mappings;
  }

  #takeLine(text: string, from: number, to: number): void {
    const first = text.charCodeAt(from);
    const current = this.#mappings.at(-1);
    // Fields begin with a capital, mappings with a hexadecimal digit.
    if (first >= lowerA || first < 58) {
      const mapping = parseHeader(text.slice(from, to));
      if (mapping) this.#mappings.push({ ...mapping, path: this.#own(mapping.path) });
    } else if (current && text.startsWith('VmFlags:', from)) current.vmFlags = this.#own(text.slice(from + 8, to).trim());
    else if (current) readField(current, text, from, to);
  }

  /** A copy: V8's parts of a string keep the whole of it. */
  #own(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const copy = Buffer.from(name).toString();
    this.#names.set(copy, copy);
    return copy;
  }
}

function parseHeader(line: string): Mapping | undefined {
  const entry = parseMapsEntry(line);
  return entry && { ...entry, rssBytes: 0, pssBytes: 0, anonymousBytes: 0, swapBytes: 0, vmFlags: '' };
}

function readField(mapping: Mapping, text: string, from: number, to: number): void {
  if (text.startsWith('Rss:', from)) mapping.rssBytes = kiB(text, from + 4, to);
  else if (text.startsWith('Pss:', from)) mapping.pssBytes = kiB(text, from + 4, to);
  else if (text.startsWith('Anonymous:', from)) mapping.anonymousBytes = kiB(text, from + 10, to);
  else if (text.startsWith('Swap:', from)) mapping.swapBytes = kiB(text, from + 5, to);
}

function kiB(text: string, from: number, to: number): number {
  const value = Number.parseInt(text.slice(from, to), 10);
  return Number.isNaN(value) ? 0 : value * bytesPerKiB;
}
