import type { AddressRange } from '../model/address-range.ts';
import { printableName } from '../model/printable.ts';
import { parseAddress } from './address-range.ts';
import { linesOf, matchLine, matchLines } from './lines.ts';

const unitBytes: Record<string, number> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

export interface NmtTotal {
  reservedBytes: number;
  committedBytes: number;
}

/** One category of `VM.native_memory`, as it prints it. A part is absent when the category has none. */
export interface NmtCategoryFigures {
  name: string;
  reservedBytes: number;
  committedBytes: number;
  mallocBytes?: number;
  mallocCount?: number;
  arenaBytes?: number;
  mmapReservedBytes?: number;
  mmapCommittedBytes?: number;
}

export interface NmtSummary extends NmtTotal {
  categories: NmtCategoryFigures[];
}

const pair = /reserved=(\d+)(KB|MB|GB|), committed=(\d+)(KB|MB|GB|)/;
const totalLine = new RegExp(`^Total:\\s+${pair.source}`);
const categoryLine = new RegExp(`^- +(\\S[^(]*) \\(${pair.source}`);
const mallocFigures = /\(malloc=(\d+)(KB|MB|GB|)(?: tag=[^#()]*)?(?: #(\d+))?\)/;
const arenaFigures = /\(arena=(\d+)(KB|MB|GB|)/;
const mappedFigures = new RegExp(`\\((?:mmap|stack): ${pair.source}`);

/**
 * `Total: reserved=2853187KB, committed=1159035KB` of `VM.native_memory summary` (JDK 8 to 25; nmtCommon's scale=KB is the default).
 * Undefined when NMT is off.
 */
export function parseNmtTotal(text: string): NmtTotal | undefined {
  const match = matchLine(text, totalLine);
  if (!match) return undefined;
  return { reservedBytes: bytes(match[1], match[2]), committedBytes: bytes(match[3], match[4]) };
}

/** The whole summary, of any scale. Undefined when NMT is off. Sub-figures of Class such as `Class space:` are not counted twice. */
export function parseNmtSummary(text: string): NmtSummary | undefined {
  const total = parseNmtTotal(text);
  if (!total) return undefined;
  const categories: NmtCategoryFigures[] = [];
  let current: NmtCategoryFigures | undefined;
  for (const line of linesOf(text)) {
    if (line.startsWith('- ')) {
      current = parseCategory(line);
      if (current) categories.push(current);
    } else if (line.trim() === '') current = undefined;
    else if (current) addPart(current, line);
  }
  return { ...total, categories };
}

function parseCategory(line: string): NmtCategoryFigures | undefined {
  const match = categoryLine.exec(line);
  if (!match) return undefined;
  const [, name = '', reserved, reservedUnit, committed, committedUnit] = match;
  return {
    name: printableName(name),
    reservedBytes: bytes(reserved, reservedUnit),
    committedBytes: bytes(committed, committedUnit),
  };
}

/** The first of each kind is the category's. */
function addPart(category: NmtCategoryFigures, line: string): void {
  const malloc = category.mallocBytes === undefined ? mallocFigures.exec(line) : undefined;
  if (malloc) {
    category.mallocBytes = bytes(malloc[1], malloc[2]);
    if (malloc[3] !== undefined) category.mallocCount = Number(malloc[3]);
  }
  const arena = category.arenaBytes === undefined ? arenaFigures.exec(line) : undefined;
  if (arena) category.arenaBytes = bytes(arena[1], arena[2]);
  const mapped = category.mmapReservedBytes === undefined ? mappedFigures.exec(line) : undefined;
  if (mapped) {
    category.mmapReservedBytes = bytes(mapped[1], mapped[2]);
    category.mmapCommittedBytes = bytes(mapped[3], mapped[4]);
  }
}

export interface NmtRange extends AddressRange {
  category: string;
}

/** The virtual memory map of `VM.native_memory detail`: reserved regions by category. Empty when NMT is not at `detail`. */
export function parseNmtRanges(text: string): NmtRange[] {
  const ranges: NmtRange[] = [];
  const pattern = /^\[(0x[0-9a-f]+) - (0x[0-9a-f]+)\] reserved (?:and committed )?\d+[KMGB]* for (.+)/;
  for (const [, start, end, rest = ''] of matchLines(text, pattern)) {
    const category = printableName(rest.trimEnd().replace(/ from$/, ''));
    ranges.push({ start: parseAddress(start), end: parseAddress(end), category });
  }
  return ranges.sort((a, b) => a.start - b.start);
}

function bytes(digits: string | undefined, unit: string | undefined): number {
  return Number(digits) * (unitBytes[unit ?? ''] ?? 1);
}
