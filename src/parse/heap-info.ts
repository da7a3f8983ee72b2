import type { AddressRange } from '../model/address-range.ts';
import { joinRanges, parseAddress } from './address-range.ts';
import { linesOf } from './lines.ts';

/** What `GC.heap_info` tells. A figure is absent when this collector does not print it. */
export interface HeapInfo {
  collector: 'G1' | 'Parallel' | 'Serial' | 'ZGC' | 'Shenandoah' | 'CMS' | 'Epsilon' | 'unknown';
  /** The reserved addresses of the Java heap; empty under ZGC, which prints none. */
  ranges: AddressRange[];
  committedBytes?: number;
  usedBytes?: number;
  /** With the class space. */
  metaspace?: MetaspaceSizes;
  /** Absent without compressed class pointers. */
  classSpace?: MetaspaceSizes;
}

interface MetaspaceSizes {
  usedBytes: number;
  committedBytes: number;
  reservedBytes: number;
}

const unitBytes: Record<string, number> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** JDK 8 to 25: names and spacing differ, the order of the figures does not (jdk: each collector's print_on). */
const collectors: [HeapInfo['collector'], RegExp][] = [
  ['G1', /^ *garbage-first heap/],
  ['Parallel', /^ *PSYoungGen/],
  ['CMS', /^ *concurrent mark-sweep generation/],
  ['Serial', /^ *(?:def new generation|DefNew) /],
  ['ZGC', /^ *(?:ZHeap|ZGC)\b/],
  ['Shenandoah', /^ *Shenandoah Heap/],
  ['Epsilon', /^ *Epsilon Heap/],
];

export function parseHeapInfo(text: string): HeapInfo {
  const lines = [...linesOf(text)];
  const collector = collectors.find(([, pattern]) => lines.some((line) => pattern.test(line)))?.[0] ?? 'unknown';
  return {
    collector,
    ranges: joinRanges(lines.flatMap((line) => rangeOf(line) ?? [])),
    ...sizesOf(lines),
    ...metaspaceOf(lines, 'metaspace', 'Metaspace'),
    ...metaspaceOf(lines, 'classSpace', 'class space'),
  };
}

function metaspaceOf<Key extends string>(lines: readonly string[], key: Key, name: string): { [K in Key]?: MetaspaceSizes } {
  const figures = new RegExp(`^ *${name} +used (\\d+)K, (?:capacity \\d+K, )?committed (\\d+)K, reserved (\\d+)K`);
  const [line, used, committed, reserved] = first(lines, figures) ?? [];
  if (line === undefined) return {};
  const sizes = { usedBytes: bytes(used, 'K'), committedBytes: bytes(committed, 'K'), reservedBytes: bytes(reserved, 'K') };
  return { [key]: sizes } as { [K in Key]?: MetaspaceSizes };
}

/**
 * A generation's line ends in `[low, committed end, reserved end)`, a whole heap's in `[low, high)`. Spaces within a generation are
 * `space … % used [`, and are no ranges of their own.
 */
function rangeOf(line: string): AddressRange | undefined {
  const at = line.lastIndexOf('[');
  const before = line.slice(0, Math.max(0, at));
  const isGeneration = /(?:total|used) /.test(before) && !/space\s/.test(before);
  // Shenandoah's stands alone.
  if (!isGeneration && before !== ' - ') return undefined;
  const [, start, end] = /^\[(0x[0-9a-f]+), (?:0x[0-9a-f]+, )?(0x[0-9a-f]+)\)/.exec(line.slice(at)) ?? [];
  return start === undefined ? undefined : { start: parseAddress(start), end: parseAddress(end) };
}

function sizesOf(lines: readonly string[]): { committedBytes?: number; usedBytes?: number } {
  const shenandoah = first(lines, /\b(\d+)([BKMGT]) committed, (\d+)([BKMGT]) used/);
  if (shenandoah) return { committedBytes: bytes(shenandoah[1], shenandoah[2]), usedBytes: bytes(shenandoah[3], shenandoah[4]) };
  const epsilon = first(lines, /^ *space (\d+)K, +\d+% used \[(0x[0-9a-f]+), (0x[0-9a-f]+), 0x/);
  if (epsilon)
    return { committedBytes: bytes(epsilon[1], 'K'), usedBytes: parseAddress(epsilon[3] ?? '') - parseAddress(epsilon[2] ?? '') };
  const z = first(lines, /^ *ZHeap +used (\d+)([BKMGT]), capacity (\d+)([BKMGT])/);
  if (z) return { committedBytes: bytes(z[3], z[4]), usedBytes: bytes(z[1], z[2]) };
  // G1 of 24 and later says "total reserved …, committed …"; all others "total", by which they mean committed.
  const figures = /total (?:reserved \d+K, committed )?(\d+)K, used (\d+)K/;
  const found = lines.flatMap((line) => {
    const match = figures.exec(line);
    return match ? [match] : [];
  });
  if (found.length === 0) return {};
  return {
    committedBytes: sum(found.map((match) => bytes(match[1], 'K'))),
    usedBytes: sum(found.map((match) => bytes(match[2], 'K'))),
  };
}

function first(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  return undefined;
}

function bytes(digits: string | undefined, unit: string | undefined): number {
  return Number(digits) * (unitBytes[unit ?? 'B'] ?? 1);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
