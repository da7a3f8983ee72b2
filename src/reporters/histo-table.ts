import Table from 'cli-table3';
import type { ArenaInspection, HeapInspection, HeapSizeRow } from '../model/inspection.ts';
import { bytesPerMiB } from '../model/units.ts';

/** `offheap histo` for a person: chunks by size, where the free memory is, and what zlib holds. */
export function renderHistoTable(inspection: HeapInspection, options: { arenas: boolean }): string {
  const parts = [
    describe(inspection),
    renderSizes(inspection),
    renderTotals(inspection),
    options.arenas ? renderArenas(inspection.arenas) : '',
    describeCensus(inspection),
    ...caveats(inspection),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function describe({ pid, glibcVersion, arenas, mmapped, durationMs }: HeapInspection): string {
  const heaps = arenas.reduce((sum, arena) => sum + arena.heaps, 0);
  const version = glibcVersion === undefined ? 'glibc' : `glibc ${glibcVersion}`;
  return `Process ${pid}, ${version}: ${count(heaps)} heaps of ${count(arenas.length)} arenas and ${count(mmapped.chunks)} mmapped chunks (${mib(mmapped.sizeBytes)}, ${mib(mmapped.rssBytes)} resident), read in ${Math.round(durationMs)} ms.`;
}

function renderSizes({ sizes = [], totals }: HeapInspection): string {
  if (sizes.length === 0) return 'No chunk was found.';
  const table = newTable(['chunk size', 'live chunks', 'live', 'free chunks', 'free'], 1);
  for (const row of sizes)
    table.push([nameOf(row), count(row.liveChunks), mib(row.liveBytes), count(row.freeChunks), mib(row.freeBytes)]);
  const { liveChunks, liveBytes, freeChunks, freeBytes } = totals;
  table.push(['all sizes', count(liveChunks), mib(liveBytes), count(freeChunks), mib(freeBytes)]);
  return table.toString();
}

function nameOf({ chunkBytes, toBytes }: HeapSizeRow): string {
  return toBytes === undefined ? `${count(chunkBytes)} B` : `${count(chunkBytes)} B and more`;
}

function renderTotals({ totals }: HeapInspection): string {
  const { residentFree } = totals;
  const table = newTable(['resident memory of the heaps', ''], 1);
  table.push(
    ['in all', mib(totals.rssBytes)],
    ['free, whole pages between live chunks: malloc_trim returns them', mib(residentFree.pageBytes)],
    ['free, top of the main arena: malloc_trim returns it', mib(residentFree.mainTopBytes)],
    ['free, tops of other arenas: malloc_trim does not', mib(residentFree.arenaTopBytes)],
    ['free, parts of pages that live chunks use too: nothing does', mib(residentFree.subPageBytes)],
    ['in tcaches and fastbins, counted as live', mib(totals.unknownBytes)],
    ['not readable', mib(totals.unreadableBytes)],
  );
  return table.toString();
}

function renderArenas(arenas: readonly ArenaInspection[]): string {
  const table = newTable(['arena', 'threads', 'heaps', 'size', 'RSS', 'live', 'free pages', 'top', 'sub-page', 'consistency'], 1);
  for (const arena of arenas.toSorted((a, b) => b.rssBytes - a.rssBytes)) {
    const { residentFree } = arena;
    table.push([
      arena.isMain ? 'main' : `0x${arena.address.toString(16)}`,
      arena.attachedThreads === undefined ? '' : count(arena.attachedThreads),
      count(arena.heaps),
      ...[arena.sizeBytes, arena.rssBytes, arena.liveBytes, residentFree.pageBytes].map(mib),
      mib(residentFree.mainTopBytes + residentFree.arenaTopBytes),
      mib(residentFree.subPageBytes),
      percent(arena.consistency),
    ]);
  }
  return table.toString();
}

function describeCensus({ census }: HeapInspection): string {
  if (census.inflaters + census.deflaters === 0) return '';
  return `zlib by its block sizes: at most ${count(census.inflaters)} Inflaters (${count(census.inflaterWindows)} of them used) and ${count(census.deflaters)} Deflaters, ${mib(census.bytes)}.`;
}

function caveats({ consistency, sample }: HeapInspection): string[] {
  return [
    consistency < 1 ? `The program changed its heaps meanwhile: ${percent(consistency)} of them held together.` : '',
    sample
      ? `${count(sample.heapsWalked)} of ${count(sample.heapsTotal)} heaps were walked in the time given; the figures are scaled, free and resident ones to ±${percent(sample.relativeError)}.`
      : '',
  ];
}

function newTable(head: string[], textColumns: number): InstanceType<typeof Table> {
  const colAligns = head.map((_, index) => (index < textColumns ? ('left' as const) : ('right' as const)));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function mib(bytes: number): string {
  return `${(bytes / bytesPerMiB).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MiB`;
}

/** Rounded down: 100 % is said of nothing less. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
