import type { AddressRange } from '../model/address-range.ts';
import { joinRanges, parseAddress } from './address-range.ts';

/** What `GC.heap_info` tells. A figure is absent when this collector does not print it. */
export interface HeapInfo {
  collector: 'G1' | 'Parallel' | 'Serial' | 'ZGC' | 'Shenandoah' | 'CMS' | 'Epsilon' | 'unknown';
  /** The reserved addresses of the Java heap; empty under ZGC, which prints none. */
  ranges: AddressRange[];
  committedBytes?: number;
  usedBytes?: number;
  metaspace?: { usedBytes: number; committedBytes: number; reservedBytes: number };
}

const unitBytes: Record<string, number> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** JDK 11 to 25: names and spacing differ, the order of the figures does not (jdk: each collector's print_on). */
const collectors: [HeapInfo['collector'], RegExp][] = [
  ['G1', /^ *garbage-first heap/m],
  ['Parallel', /^ *PSYoungGen/m],
  ['CMS', /^ *concurrent mark-sweep generation/m],
  ['Serial', /^ *(?:def new generation|DefNew) /m],
  ['ZGC', /^ *(?:ZHeap|ZGC)\b/m],
  ['Shenandoah', /^ *Shenandoah Heap/m],
  ['Epsilon', /^ *Epsilon Heap/m],
];

export function parseHeapInfo(text: string): HeapInfo {
  const collector = collectors.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unknown';
  const metaspace = /^ *Metaspace +used (\d+)K, (?:capacity \d+K, )?committed (\d+)K, reserved (\d+)K/m.exec(text);
  return {
    collector,
    ranges: rangesOf(text),
    ...sizesOf(text),
    ...(metaspace
      ? {
          metaspace: {
            usedBytes: bytes(metaspace[1], 'K'),
            committedBytes: bytes(metaspace[2], 'K'),
            reservedBytes: bytes(metaspace[3], 'K'),
          },
        }
      : {}),
  };
}

/**
 * A generation's line ends in `[low, committed end, reserved end)`, a whole heap's in `[low, high)`. Spaces within a generation are
 * `space … % used [`, and are no ranges of their own.
 */
function rangesOf(text: string): AddressRange[] {
  const generations = /(?:total|used) .*\[(0x[0-9a-f]+), (?:0x[0-9a-f]+, )?(0x[0-9a-f]+)\)/;
  const shenandoah = /^ - \[(0x[0-9a-f]+), (0x[0-9a-f]+)\)/;
  const ranges = text.split('\n').flatMap((line) => {
    if (/space\s/.test(line)) return [];
    const match = generations.exec(line) ?? shenandoah.exec(line);
    return match ? [{ start: parseAddress(match[1]), end: parseAddress(match[2]) }] : [];
  });
  return joinRanges(ranges);
}

function sizesOf(text: string): { committedBytes?: number; usedBytes?: number } {
  const shenandoah = /(\d+)([BKMGT]) committed, (\d+)([BKMGT]) used/.exec(text);
  if (shenandoah) return { committedBytes: bytes(shenandoah[1], shenandoah[2]), usedBytes: bytes(shenandoah[3], shenandoah[4]) };
  const z = /^ *ZHeap +used (\d+)([BKMGT]), capacity (\d+)([BKMGT])/m.exec(text);
  if (z) return { committedBytes: bytes(z[3], z[4]), usedBytes: bytes(z[1], z[2]) };
  // G1 of 24 and later says "total reserved …, committed …"; all others "total", by which they mean committed.
  const lines = [...text.matchAll(/total (?:reserved \d+K, committed )?(\d+)K, used (\d+)K/g)];
  if (lines.length === 0) return {};
  return {
    committedBytes: sum(lines.map((line) => bytes(line[1], 'K'))),
    usedBytes: sum(lines.map((line) => bytes(line[2], 'K'))),
  };
}

function bytes(digits: string | undefined, unit: string | undefined): number {
  return Number(digits) * (unitBytes[unit ?? 'B'] ?? 1);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
