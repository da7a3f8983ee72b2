import type { DoctorResult, Evidence, PeekedMapping, Region } from '../model/doctor.ts';
import { bytesPerMiB, formatCount, formatSmallMiB } from '../model/units.ts';
import { endOf } from './abbreviate.ts';
import { bar } from './bar.ts';
import { type Column, left, right, type TextTable, toTable } from './columns.ts';

const barWidth = 24;
/** Of files: their end says more than their beginning, and the table has to fit a terminal. */
const longestName = 28;
/** Shown as 0.0 otherwise. */
const leastShownBytes = 0.05 * bytesPerMiB;

/** The parts that have resident or swapped memory, largest first, and their sum. */
export function regionTable({ regions, rssBytes, swapBytes }: Evidence): TextTable {
  const shareOf = (region: Region) => region.rssBytes / rssBytes;
  const columns: Column<Region | 'sum'>[] = [
    left(
      'part',
      withSum(({ kind }) => kind, 'RSS'),
    ),
    right(
      'RSS MiB',
      withSum((region) => formatSmallMiB(region.rssBytes), formatSmallMiB(rssBytes)),
    ),
    right(
      'share',
      withSum((region) => `${(shareOf(region) * 100).toFixed(1)} %`, '100 %'),
    ),
    left(
      '',
      withSum((region) => bar(shareOf(region), barWidth), ''),
    ),
    right(
      'mapped MiB',
      withSum(({ sizeBytes }) => formatSmallMiB(sizeBytes), ''),
    ),
    right(
      'mappings',
      withSum(({ mappings }) => String(mappings), ''),
    ),
    left('largest', withSum(largestOf, swapBytes > 0 ? `${formatSmallMiB(swapBytes)} MiB more in swap` : '')),
  ];
  const present = regions.filter((region) => region.rssBytes > 0 || region.swapBytes > 0);
  return toTable(columns, [...present.toSorted((a, b) => b.rssBytes - a.rssBytes), 'sum']);
}

/** A column's cell of a part, and what it says of the sum. */
function withSum(cell: (region: Region) => string, sum: string): (row: Region | 'sum') => string {
  return (row) => (row === 'sum' ? sum : cell(row));
}

function largestOf({ largest, mappings }: Region): string {
  const [first] = largest;
  if (!first || first.name === '') return '';
  const { name: text } = first;
  const name = text.length > longestName ? `…${endOf(text, longestName - 1)}` : text;
  return mappings < 2 ? name : `${name} (${formatSmallMiB(first.rssBytes)})`;
}

interface HeapPart {
  name: string;
  bytes: number;
  cure: string;
}

const heapColumns: Column<HeapPart>[] = [
  left('glibc’s heaps', ({ name }) => name),
  right('MiB', ({ bytes }) => formatSmallMiB(bytes)),
  left('what gives it back', ({ cure }) => cure),
];

/** Undefined where the heaps were not read. */
export function mallocTable({ malloc }: Evidence): TextTable | undefined {
  if (!malloc) return undefined;
  const { totals, mmapped, arenas, census } = malloc;
  const { pageBytes, mainTopBytes, arenaTopBytes, subPageBytes } = totals.residentFree;
  const program = (blocks: number) => `the program: ${formatCount(blocks)} blocks`;
  const states = `${formatCount(census.inflaters)} Inflaters, ${formatCount(census.deflaters)} Deflaters, at most`;
  const parts: HeapPart[] = [
    { name: 'in use', bytes: totals.liveBytes, cure: `${program(totals.liveChunks)}, resident or not` },
    { name: 'in use, mappings of their own', bytes: mmapped.sizeBytes, cure: program(mmapped.chunks) },
    { name: 'free and resident, whole pages', bytes: pageBytes, cure: 'malloc_trim' },
    { name: 'free and resident, main top', bytes: mainTopBytes, cure: 'malloc_trim' },
    { name: `free and resident, tops of ${arenas.length - 1} arenas`, bytes: arenaTopBytes, cure: 'a fixed trim threshold' },
    { name: 'free and resident, parts of pages', bytes: subPageBytes, cure: 'nothing: live blocks pin them' },
    { name: 'could not be followed', bytes: totals.unreadableBytes, cure: 'the program changed it meanwhile' },
    { name: 'of those in use, zlib states', bytes: census.bytes, cure: states },
  ];
  const large = parts.filter(({ bytes }) => bytes >= leastShownBytes);
  return toTable(heapColumns, large);
}

const peekColumns: Column<PeekedMapping>[] = [
  left('mapping', ({ start }) => start.toString(16)),
  left('whose', ({ name }) => name),
  right('RSS MiB', ({ rssBytes }) => formatSmallMiB(rssBytes)),
  left('pages looked at', ({ contents }) => mostFirst(contents).join('\n')),
  left('text in them', ({ excerpts }) => excerpts.join('\n')),
];

/** Undefined where nobody peeked. */
export function peekTable({ peek }: DoctorResult): TextTable | undefined {
  return peek && toTable(peekColumns, peek);
}

function mostFirst(contents: PeekedMapping['contents']): string[] {
  const kinds = Object.entries(contents).sort(([, a], [, b]) => b - a);
  return kinds.map(([kind, pages]) => `${pages} ${kind}`);
}
