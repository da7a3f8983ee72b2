import type { CoreSource } from '../model/core-origin.ts';
import type { ArenaInspection, HeapInspection, HeapSizeRow, MmappedSizeRow } from '../model/inspection.ts';
import { formatCount, formatMiBTenths, formatPercentDown } from '../model/units.ts';
import { describeGaps } from '../stats/malloc-read.ts';
import { chunksInUseBytes, mallocRss } from '../stats/process-figures.ts';
import { type Column, left, right, toTable } from './columns.ts';
import { describeCore, describeCoreGaps } from './core-sentences.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';

type Histo = HeapInspection & { core?: CoreSource };

/** `offheap histo` for a person: chunks by size, where the free memory is, and what zlib holds. */
export function renderHistoTable(inspection: Histo, options: TerminalOptions & { arenas: boolean }): string {
  const parts = [
    describe(inspection),
    renderSizes(inspection, options),
    renderMmapped(inspection, options),
    renderTotals(inspection, options),
    options.arenas ? renderArenas(inspection, options) : '',
    describeCensus(inspection),
    ...caveats(inspection),
    ...(inspection.core ? describeCoreGaps(inspection.core) : []),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function describe({ pid, glibcVersion, arenas, otherArenas, mmapped, durationMs, core }: Histo): string {
  const heaps = arenas.reduce((sum, arena) => sum + arena.heaps, otherArenas?.heaps ?? 0);
  const count = arenas.length + (otherArenas?.count ?? 0);
  const version = glibcVersion === undefined ? 'glibc' : `glibc ${glibcVersion}`;
  const whose = core ? `${describeCore(core, pid)}, ${version}` : `Process ${pid}, ${version}`;
  return `${whose}: ${formatCount(heaps)} heaps of ${formatCount(count)} arenas and ${formatCount(mmapped.chunks)} mmapped chunks (${mib(mmapped.sizeBytes)}, ${mib(mmapped.rssBytes)} ${core ? 'filled' : 'resident'}), read in ${Math.round(durationMs)} ms.`;
}

/** Of each size, and of all. */
type SizeRow = Pick<HeapSizeRow, 'liveChunks' | 'liveBytes' | 'cachedChunks' | 'cachedBytes' | 'freeChunks' | 'freeBytes'> & {
  name: string;
};

const sizeColumns: Column<SizeRow>[] = [
  left('chunk size', ({ name }) => name),
  right('live chunks', ({ liveChunks, cachedChunks = 0 }) => formatCount(liveChunks - cachedChunks)),
  right('live', ({ liveBytes, cachedBytes = 0 }) => mib(liveBytes - cachedBytes)),
  right('free chunks', ({ freeChunks }) => formatCount(freeChunks)),
  right('free', ({ freeBytes }) => mib(freeBytes)),
  right('tcaches, fastbins', ({ cachedBytes = 0 }) => mib(cachedBytes), 2),
];

function renderSizes({ sizes = [], totals, histogram }: HeapInspection, options: TerminalOptions): string {
  if (sizes.length === 0) return 'No chunk was found.';
  const rows = sizes.map((row) => ({ ...row, name: nameOf(row) }));
  const cachedChunks = histogram.reduce((sum, row) => sum + (row.cachedChunks ?? 0), 0);
  const all = { ...totals, name: 'all sizes', cachedChunks, cachedBytes: totals.unknownBytes };
  return drawTable(toTable(sizeColumns, [...rows, all]), options);
}

function nameOf({ chunkBytes, toBytes }: HeapSizeRow): string {
  return toBytes === undefined ? `${formatCount(chunkBytes)} B` : `${formatCount(chunkBytes)} B and more`;
}

const mmappedColumns: Column<MmappedSizeRow>[] = [
  left('mmapped chunk size', ({ chunkBytes }) => `${formatCount(chunkBytes)} B`),
  right('chunks', ({ chunks }) => formatCount(chunks)),
  right('size', ({ chunkBytes, chunks }) => mib(chunkBytes * chunks)),
];

function renderMmapped({ mmapped: { sizes = [] } }: HeapInspection, options: TerminalOptions): string {
  return sizes.length === 0 ? '' : drawTable(toTable(mmappedColumns, sizes), options);
}

interface Part {
  what: string;
  bytes: number;
}

const partColumns: Column<Part>[] = [
  { ...left<Part>('resident memory of the heaps', ({ what }) => what), isProse: true },
  right('', ({ bytes }) => mib(bytes)),
];

function renderTotals({ totals, mmapped }: HeapInspection, options: TerminalOptions): string {
  const { residentFree } = totals;
  const { liveRssBytes = 0, tcacheBytes = 0, unreadBytes = 0 } = mallocRss({ malloc: { totals, mmapped } }) ?? {};
  const parts: Part[] = [
    { what: 'in all', bytes: totals.rssBytes },
    { what: 'in use', bytes: liveRssBytes - mmapped.rssBytes },
    { what: 'free, whole pages between live chunks: malloc_trim returns them', bytes: residentFree.pageBytes },
    { what: 'free, top of the main arena: malloc_trim returns it', bytes: residentFree.mainTopBytes },
    { what: 'free, tops of other arenas: malloc_trim does not', bytes: residentFree.arenaTopBytes },
    { what: 'free, parts of pages that live chunks use too: nothing does', bytes: residentFree.subPageBytes },
    { what: 'free, in tcaches of threads: nothing does', bytes: tcacheBytes },
    { what: 'could not be read: in use or free', bytes: unreadBytes },
  ];
  return drawTable(toTable(partColumns, parts), options);
}

const arenaColumns: Column<ArenaInspection>[] = [
  left('arena', ({ isMain, address }) => (isMain ? 'main' : `0x${address.toString(16)}`)),
  right('threads', ({ attachedThreads }) => (attachedThreads === undefined ? '' : formatCount(attachedThreads)), 3),
  right('heaps', ({ heaps }) => formatCount(heaps), 4),
  right('size', ({ sizeBytes }) => mib(sizeBytes), 5),
  right('RSS', ({ rssBytes }) => mib(rssBytes)),
  right('live', (arena) => mib(chunksInUseBytes(arena))),
  right('free pages', ({ residentFree }) => mib(residentFree.pageBytes)),
  right('top', ({ residentFree }) => mib(residentFree.mainTopBytes + residentFree.arenaTopBytes)),
  right('sub-page', ({ residentFree }) => mib(residentFree.subPageBytes), 2),
  right('tcaches', ({ tcacheBytes = 0 }) => mib(tcacheBytes), 2),
  right('consistency', ({ consistency }) => formatPercentDown(consistency), 6),
];

function renderArenas({ arenas, otherArenas }: HeapInspection, options: TerminalOptions): string {
  const largestFirst = arenas.toSorted((a, b) => b.rssBytes - a.rssBytes);
  const table = drawTable(toTable(arenaColumns, largestFirst), options);
  if (!otherArenas) return table;
  return `${table}\n${formatCount(otherArenas.count)} more arenas keep less: ${mib(otherArenas.rssBytes)} RSS, ${mib(chunksInUseBytes(otherArenas))} live.`;
}

function describeCensus({ census }: HeapInspection): string {
  if (census.inflaters + census.deflaters === 0) return '';
  return `zlib by its block sizes: at most ${formatCount(census.inflaters)} Inflaters (${formatCount(census.inflaterWindows)} of them used) and ${formatCount(census.deflaters)} Deflaters, ${mib(census.bytes)}.`;
}

function caveats(inspection: HeapInspection): string[] {
  const { consistency, sample } = inspection;
  return [
    ...describeGaps(inspection),
    consistency < 1 ? `${formatPercentDown(consistency)} of the heaps’ address space held together.` : '',
    sample
      ? `${formatCount(sample.heapsWalked)} of ${formatCount(sample.heapsTotal)} heaps were walked in the time given; the figures are scaled, free and resident ones to ±${formatPercentDown(sample.relativeError)}.`
      : '',
  ];
}

function mib(bytes: number): string {
  return `${formatMiBTenths(bytes)} MiB`;
}
