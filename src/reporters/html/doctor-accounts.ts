import type { DoctorFile } from '../../model/doctor-file.ts';
import { bytesPerMiB, formatCount, formatMiB, formatShare, formatSmallMiB } from '../../model/units.ts';
import { chunksInUseBytes } from '../../stats/process-figures.ts';
import { arenaName } from '../../stats/rss-tree.ts';
import { notMeasured } from '../columns.ts';
import { describeZlibObjects } from '../doctor-more-tables.ts';
import { scrollable } from './configurations.ts';
import { type FigureColumn, figuresTable } from './figures-table.ts';
import { type Fragment, html, type Markup } from './markup.ts';

const largestShown = 3;
/** A JVM on a large host has hundreds of arenas; most of them are small. */
const arenasShown = 24;

/** Every region of smaps by its kind, as it was read. */
export function renderRegions({ evidence }: DoctorFile): Markup {
  const regions = evidence.regions.filter(({ sizeBytes }) => sizeBytes > 0).toSorted((a, b) => b.rssBytes - a.rssBytes);
  const scaleBytes = Math.max(1, ...regions.map(({ rssBytes }) => rssBytes));
  const table = html`<table class="regions">
<caption>The parts sum up to the RSS of ${formatMiB(evidence.rssBytes)} MiB; no byte is in two. Sizes in MiB.</caption>
<thead><tr><th scope="col">kind</th><th scope="col">RSS</th><th scope="col" class="text">share</th><th scope="col">size</th><th scope="col">mappings</th><th scope="col" class="text">largest, by RSS</th></tr></thead>
<tbody>${regions.map(
    (region) => html`<tr><th scope="row">${region.kind}</th><td><b>${formatMiB(region.rssBytes)}</b></td>
${renderShare(region.rssBytes, scaleBytes, evidence.rssBytes)}
<td>${formatMiB(region.sizeBytes)}</td><td>${region.mappings}</td><td class="text">${renderLargest(region)}</td></tr>\n`,
  )}</tbody>
</table>`;
  return scrollable('RSS by kind of memory', table);
}

function renderShare(bytes: number, scaleBytes: number, wholeBytes: number): Markup {
  return html`<td class="wide"><span class="measure short"><span class="track" aria-hidden="true"><span class="bar" style="width:${((100 * bytes) / scaleBytes).toFixed(2)}%"></span></span>
<span class="parts">${formatShare(bytes, wholeBytes)}</span></span></td>`;
}

/** The largest members; what is less than half a MiB would read as 0. */
function renderLargest({ largest }: DoctorFile['evidence']['regions'][number]): Fragment {
  const seen = largest.filter(({ rssBytes }) => rssBytes >= bytesPerMiB / 2).slice(0, largestShown);
  return seen.map(({ name, rssBytes }) => html`<code>${name}</code> ${formatMiB(rssBytes)}<br>`);
}

interface ArenaRow {
  name: string;
  arena: NonNullable<DoctorFile['evidence']['malloc']>['arenas'][number];
}

const arenaColumns: FigureColumn<ArenaRow>[] = [
  { heading: 'arena', cell: ({ name }) => name },
  { heading: 'threads', cell: ({ arena }) => arena.attachedThreads ?? notMeasured },
  { heading: 'heaps', cell: ({ arena }) => arena.heaps },
  { heading: 'size', cell: ({ arena }) => formatMiB(arena.sizeBytes) },
  { heading: 'RSS', cell: ({ arena }) => formatMiB(arena.rssBytes) },
  { heading: 'live', cell: ({ arena }) => formatMiB(chunksInUseBytes(arena)) },
  { heading: 'free', cell: ({ arena }) => formatMiB(arena.freeBytes) },
  { heading: 'free pages', cell: ({ arena }) => formatMiB(arena.residentFree.pageBytes) },
  { heading: 'free top', cell: ({ arena }) => formatMiB(arena.residentFree.mainTopBytes + arena.residentFree.arenaTopBytes) },
  { heading: 'free parts of pages', cell: ({ arena }) => formatMiB(arena.residentFree.subPageBytes) },
];
/** In few processes large enough for a column. */
const rareColumns: { column: FigureColumn<ArenaRow>; bytesOf: (arena: ArenaRow['arena']) => number }[] = [
  rare('free in tcaches', ({ tcacheBytes = 0 }) => tcacheBytes),
  rare('not read', ({ unreadableRssBytes = 0 }) => unreadableRssBytes),
];

function rare(heading: string, bytesOf: (arena: ArenaRow['arena']) => number): (typeof rareColumns)[number] {
  return { column: { heading, cell: ({ arena }) => formatMiB(bytesOf(arena)) }, bytesOf };
}

export function renderArenas({ evidence }: DoctorFile): Markup | undefined {
  const arenas = evidence.malloc?.arenas ?? [];
  if (arenas.length === 0) return undefined;
  const count = arenas.length + (evidence.malloc?.otherArenas?.count ?? 0);
  const inFile = count === arenas.length ? 'all' : `the ${formatCount(arenas.length)} that keep most`;
  const rows = arenas
    .map((arena, index) => ({ arena, name: arenaName(arena, index) }))
    .sort((a, b) => b.arena.rssBytes - a.arena.rssBytes)
    .slice(0, arenasShown);
  const isShown = (bytesOf: (arena: ArenaRow['arena']) => number) => rows.some(({ arena }) => bytesOf(arena) >= bytesPerMiB / 2);
  const columns = [...arenaColumns, ...rareColumns.filter(({ bytesOf }) => isShown(bytesOf)).map(({ column }) => column)];
  const caption = html`Heaps of glibc in MiB, largest RSS first. Free pages and the main arena's top are what malloc_trim gives back; tops of other arenas stay, and so do parts of pages and what is in tcaches.${count > arenasShown && ` The largest ${arenasShown} of ${formatCount(count)}; ${inFile} are in the file to download.`}`;
  return scrollable('Arenas', figuresTable(caption, columns, rows));
}

const classColumns: FigureColumn<{ className: string; instances: number; bytes: number }>[] = [
  { heading: 'class', cell: ({ className }) => className },
  { heading: 'instances', cell: ({ instances }) => formatCount(instances) },
  { heading: 'heap MiB', cell: ({ bytes }) => formatSmallMiB(bytes) },
];

/** With --histogram. */
export function renderClasses({ evidence }: DoctorFile): Markup | undefined {
  const top = evidence.jvm?.histogram?.top;
  if (!top) return undefined;
  const caption = 'The classes that take most, unreachable objects among them.';
  return html`${describeZlibObjects(evidence).map((sentence) => html`<p class="sentence">${sentence}</p>`)}
${scrollable('Classes', figuresTable(caption, classColumns, top))}`;
}
