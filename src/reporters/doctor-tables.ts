import type { Evidence, Region } from '../model/doctor.ts';
import { formatCount, formatSmallMiB } from '../model/units.ts';
import { leastShownBytes } from '../stats/growth-rows.ts';
import { chunksInUseBytes } from '../stats/process-figures.ts';
import { bar } from './bar.ts';
import { type Column, left, right, type TextTable, toTable } from './columns.ts';
import { cutInTheMiddle } from './narrow-table.ts';

const barWidth = 24;
/** Of files: the table has to fit a terminal. */
const longestName = 28;
/** Smaller parts are no reason for anything. */
const leastShownShare = 0.01;

interface Detail {
  /** Every part, also those that are not a hundredth of RSS. */
  verbose: boolean;
}

/** A row of the table of parts: one part, what several small ones have together, or all. */
interface PartRow {
  name: string;
  rssBytes: number;
  sizeBytes?: number;
  mappings?: number;
  /** On transparent huge pages. */
  hugeBytes?: number | undefined;
  note: string;
}

/** The parts that have resident or swapped memory, largest first, and their sum. */
export function regionTable({ regions, rssBytes, hugetlbBytes = 0, swapBytes }: Evidence, { verbose }: Detail): TextTable {
  const shareOf = (row: PartRow) => row.rssBytes / rssBytes;
  const columns: Column<PartRow>[] = [
    left('part', ({ name }) => name),
    right('RSS MiB', (row) => formatSmallMiB(row.rssBytes)),
    right('share', (row) => `${(shareOf(row) * 100).toFixed(1)} %`, 2),
    left('', (row) => (row.name === 'RSS' ? '' : bar(shareOf(row), barWidth)), 4),
    ...(verbose
      ? [
          right<PartRow>('mapped MiB', ({ sizeBytes }) => (sizeBytes === undefined ? '' : formatSmallMiB(sizeBytes)), 3),
          right<PartRow>('mappings', ({ mappings = '' }) => String(mappings), 5),
        ]
      : []),
    ...(verbose && regions.some(({ hugeBytes }) => hugeBytes !== undefined)
      ? [right<PartRow>('on huge pages', ({ hugeBytes }) => (hugeBytes === undefined ? '' : formatSmallMiB(hugeBytes)), 4)]
      : []),
    left('largest', ({ note }) => note, 1),
  ];
  const present = regions.filter((region) => region.rssBytes > 0 || region.swapBytes > 0);
  const ordered = present.toSorted((a, b) => b.rssBytes - a.rssBytes);
  const isShown = (region: Region) => verbose || region.rssBytes >= leastShownShare * rssBytes;
  const notes = [
    ...(hugetlbBytes > 0 ? [`${formatSmallMiB(hugetlbBytes)} not in the kernel’s RSS`] : []),
    ...(swapBytes > 0 ? [`${formatSmallMiB(swapBytes)} MiB more in swap`] : []),
  ];
  const sum = { name: 'RSS', rssBytes, note: notes.join(', ') };
  return toTable(columns, [...ordered.filter(isShown).map(rowOf), ...smallRows(ordered.filter((region) => !isShown(region))), sum]);
}

function rowOf(region: Region): PartRow {
  const { kind, rssBytes, sizeBytes, mappings, hugeBytes } = region;
  return { name: kind, rssBytes, sizeBytes, mappings, hugeBytes, note: largestOf(region) };
}

function smallRows(regions: readonly Region[]): PartRow[] {
  if (regions.length === 0) return [];
  const rssBytes = regions.reduce((sum, region) => sum + region.rssBytes, 0);
  return [{ name: `${regions.length} smaller`, rssBytes, note: '' }];
}

function largestOf({ largest, mappings }: Region): string {
  const [first] = largest;
  if (!first || first.name === '') return '';
  const name = cutInTheMiddle(first.name, longestName);
  return mappings < 2 ? name : `${name} (${formatSmallMiB(first.rssBytes)})`;
}

interface HeapPart {
  name: string;
  bytes: number;
  cure: string;
}

const heapColumns: Column<HeapPart>[] = [
  { ...left<HeapPart>('glibc’s heaps', ({ name }) => name), isProse: true },
  right('MiB', ({ bytes }) => formatSmallMiB(bytes)),
  { ...left<HeapPart>('what gives it back', ({ cure }) => cure), isProse: true },
];

/** Undefined where the heaps were not read, or have nothing to speak of. */
export function mallocTable(
  { malloc, rssBytes }: Pick<Evidence, 'malloc' | 'rssBytes'>,
  { verbose }: Detail,
): TextTable | undefined {
  if (!malloc) return undefined;
  const { totals, mmapped, arenas, otherArenas, census } = malloc;
  const tops = arenas.length - 1 + (otherArenas?.count ?? 0);
  const { unknownBytes, tcacheBytes = unknownBytes, unreadableBytes, unreadableRssBytes = unreadableBytes } = totals;
  const { pageBytes, mainTopBytes, arenaTopBytes, subPageBytes } = totals.residentFree;
  const blocks = (count: number) => `${formatCount(count)} block${count === 1 ? '' : 's'}`;
  // How many of them are in tcaches and fastbins is not counted.
  const most = unknownBytes > 0 ? 'at most ' : '';
  const states = `${formatCount(census.inflaters)} Inflaters, ${formatCount(census.deflaters)} Deflaters, at most`;
  const parts: HeapPart[] = [
    { name: 'in use', bytes: chunksInUseBytes(totals), cure: `the program: ${most}${blocks(totals.liveChunks)}, resident or not` },
    { name: 'in use, mappings of their own', bytes: mmapped.sizeBytes, cure: `the program: ${blocks(mmapped.chunks)}` },
    { name: 'free and resident, whole pages', bytes: pageBytes, cure: 'malloc_trim' },
    { name: 'free and resident, main top', bytes: mainTopBytes, cure: 'malloc_trim' },
    { name: `free and resident, tops of ${tops} arenas`, bytes: arenaTopBytes, cure: 'a fixed trim threshold' },
    { name: 'free and resident, parts of pages', bytes: subPageBytes, cure: 'nothing: live blocks pin them' },
    { name: 'free, in tcaches of threads', bytes: tcacheBytes, cure: 'nothing: only those threads use them again' },
    { name: 'resident, could not be read', bytes: unreadableRssBytes, cure: 'not known: in use or free' },
    { name: 'of those in use, zlib states', bytes: census.bytes, cure: states },
  ];
  const leastBytes = verbose ? leastShownBytes : Math.max(leastShownBytes, leastShownShare * rssBytes);
  const large = parts.filter(({ bytes }) => bytes >= leastBytes);
  return large.length === 0 ? undefined : toTable(heapColumns, large);
}
