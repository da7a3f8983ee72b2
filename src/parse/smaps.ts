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

/** All mappings in the kernel's order, which is by address. Lines it does not know are left out. One pass: some processes have 60,000 of them. */
export function parseSmaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  let current: Mapping | undefined;
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    const first = text.charCodeAt(from);
    // Fields begin with a capital, mappings with a hexadecimal digit.
    if (first >= lowerA || first < 58) {
      current = parseHeader(text.slice(from, to));
      if (current) mappings.push(current);
    } else if (current) readField(current, text, from, to);
    from = to + 1;
  }
  return mappings;
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
  else if (text.startsWith('VmFlags:', from)) mapping.vmFlags = text.slice(from + 8, to).trim();
}

function kiB(text: string, from: number, to: number): number {
  const value = Number.parseInt(text.slice(from, to), 10);
  return Number.isNaN(value) ? 0 : value * bytesPerKiB;
}
