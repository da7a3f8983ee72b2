import type { AddressRange } from '../model/address-range.ts';
import { parseAddress } from './address-range.ts';

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

/**
 * `Total: reserved=2853187KB, committed=1159035KB` of `VM.native_memory summary` (JDK 11 to 25; nmtCommon's scale=KB is the default).
 * Undefined when NMT is off.
 */
export function parseNmtTotal(text: string): NmtTotal | undefined {
  const match = new RegExp(`^Total:\\s+${pair.source}`, 'm').exec(text);
  if (!match) return undefined;
  return { reservedBytes: bytes(match[1], match[2]), committedBytes: bytes(match[3], match[4]) };
}

/** The whole summary, of any scale. Undefined when NMT is off. Sub-figures of Class such as `Class space:` are not counted twice. */
export function parseNmtSummary(text: string): NmtSummary | undefined {
  const total = parseNmtTotal(text);
  if (!total) return undefined;
  const categories = [...text.matchAll(/^- +(.+?) \((reserved=.*)\)$([\s\S]*?)(?=^ *$|^- |$(?![\s\S]))/gm)].map(
    ([, name = '', sizes = '', body = '']) => parseCategory(name, sizes, body),
  );
  return { ...total, categories };
}

function parseCategory(name: string, sizes: string, body: string): NmtCategoryFigures {
  const [, reserved, reservedUnit, committed, committedUnit] = pair.exec(sizes) ?? [];
  const malloc = /\(malloc=(\d+)(KB|MB|GB|)(?: tag=[^#)]*?)?(?: #(\d+))?\)/.exec(body);
  const arena = /\(arena=(\d+)(KB|MB|GB|)/.exec(body);
  const mapped = new RegExp(`\\((?:mmap|stack): ${pair.source}`).exec(body);
  return {
    name,
    reservedBytes: bytes(reserved, reservedUnit),
    committedBytes: bytes(committed, committedUnit),
    ...(malloc ? { mallocBytes: bytes(malloc[1], malloc[2]) } : {}),
    ...(malloc?.[3] === undefined ? {} : { mallocCount: Number(malloc[3]) }),
    ...(arena ? { arenaBytes: bytes(arena[1], arena[2]) } : {}),
    ...(mapped ? { mmapReservedBytes: bytes(mapped[1], mapped[2]), mmapCommittedBytes: bytes(mapped[3], mapped[4]) } : {}),
  };
}

export interface NmtRange extends AddressRange {
  category: string;
}

/** The virtual memory map of `VM.native_memory detail`: reserved regions by category. Empty when NMT is not at `detail`. */
export function parseNmtRanges(text: string): NmtRange[] {
  const lines = text.matchAll(
    /^\[(0x[0-9a-f]+) - (0x[0-9a-f]+)\] reserved (?:and committed )?\d+[KMGB]* for (.+?)(?: from)?\s*$/gm,
  );
  return [...lines]
    .map(([, start, end, category = '']) => ({ start: parseAddress(start), end: parseAddress(end), category }))
    .sort((a, b) => a.start - b.start);
}

function bytes(digits: string | undefined, unit: string | undefined): number {
  return Number(digits) * (unitBytes[unit ?? ''] ?? 1);
}
