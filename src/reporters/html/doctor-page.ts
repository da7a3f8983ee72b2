import type { DoctorFile } from '../../model/doctor-file.ts';
import { bytesPerMiB, formatCount, formatMiB, formatSeconds } from '../../model/units.ts';
import { notMeasured } from '../columns.ts';
import type { RenderOptions } from '../render-options.ts';
import { scrollable } from './configurations.ts';
import { renderFindings } from './doctor-findings.ts';
import { type FigureColumn, figuresTable } from './figures-table.ts';
import { type Fragment, html, type Markup } from './markup.ts';
import { type Page, renderPage } from './page.ts';
import { definitions } from './provenance.ts';
import { renderDoctorStacks, renderPeek } from './stacks.ts';

const largestShown = 3;
/** A JVM on a large host has hundreds of arenas; most of them are small. */
const arenasShown = 24;

/** A doctor's result in the frame of the other reports. `whole` is what can be downloaded: the file, of which `result` may be a part. */
export function renderDoctorHtml(result: DoctorFile, { assets }: Pick<RenderOptions, 'assets'>, whole: unknown = result): string {
  const { evidence, tool } = result;
  return renderPage(
    {
      title: `Where the memory of process ${evidence.pid} is`,
      about: evidence.command.join(' '),
      tool,
      sections: sectionsOf(result).filter(({ content }) => content !== undefined),
      files: [{ id: 'offheap-doctor', name: 'doctor.json', mediaType: 'application/json', content: whole }],
    },
    assets(),
  );
}

function sectionsOf(result: DoctorFile): Page['sections'] {
  return [
    { id: 'verdict', heading: 'Verdict', content: renderVerdict(result) },
    { id: 'findings', heading: 'Findings', content: renderFindings(result.findings) },
    { id: 'applied', heading: 'What was tried', content: renderApplied(result) },
    { id: 'regions', heading: 'What RSS is made of', content: renderRegions(result) },
    { id: 'arenas', heading: 'Arenas of malloc', content: renderArenas(result) },
    { id: 'stacks', heading: 'Who allocates', content: renderDoctorStacks(result) },
    { id: 'peek', heading: 'What mappings hold', content: renderPeek(result) },
    { id: 'process', heading: 'Process', content: renderProcess(result) },
  ];
}

function renderVerdict({ verdict, findings, evidence }: DoctorFile): Markup {
  const problem = findings.find(({ severity }) => severity === 'problem');
  const { cgroup, counters, rssBytes, swapBytes } = evidence;
  const tile = (bytes: number | undefined, what: string) =>
    bytes !== undefined && html`<li><span class="figure">${formatMiB(bytes)} <small>MiB</small></span> ${what}</li>`;
  return html`<ul class="tiles">${tile(rssBytes, 'RSS')}${tile(swapBytes || undefined, 'in swap')}${tile(counters?.liveBytes, 'live in malloc')}${tile(cgroup?.limitBytes, 'memory limit')}${tile(problem?.predictedBytes, 'that the first fix gives back')}</ul>
<p class="sentence">${verdict}</p>`;
}

function renderRegions({ evidence }: DoctorFile): Markup {
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
  const percent = (100 * bytes) / (wholeBytes || 1);
  const told = percent > 0 && percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
  return html`<td class="wide"><span class="measure short"><span class="track" aria-hidden="true"><span class="bar" style="width:${((100 * bytes) / scaleBytes).toFixed(2)}%"></span></span>
<span class="parts">${told}</span></span></td>`;
}

/** The largest members; what is less than half a MiB would read as 0. */
function renderLargest({ largest }: DoctorFile['evidence']['regions'][number]): Fragment {
  const seen = largest.filter(({ rssBytes }) => rssBytes >= bytesPerMiB / 2).slice(0, largestShown);
  return seen.map(({ name, rssBytes }) => html`<code>${name}</code> ${formatMiB(rssBytes)}<br>`);
}

interface ArenaRow {
  name: string | number;
  arena: NonNullable<DoctorFile['evidence']['malloc']>['arenas'][number];
}

const arenaColumns: FigureColumn<ArenaRow>[] = [
  { heading: 'arena', cell: ({ name }) => name },
  { heading: 'threads', cell: ({ arena }) => arena.attachedThreads ?? notMeasured },
  { heading: 'heaps', cell: ({ arena }) => arena.heaps },
  { heading: 'size', cell: ({ arena }) => formatMiB(arena.sizeBytes) },
  { heading: 'RSS', cell: ({ arena }) => formatMiB(arena.rssBytes) },
  { heading: 'live', cell: ({ arena }) => formatMiB(arena.liveBytes) },
  { heading: 'free', cell: ({ arena }) => formatMiB(arena.freeBytes) },
  { heading: 'free pages', cell: ({ arena }) => formatMiB(arena.residentFree.pageBytes) },
  { heading: 'free top', cell: ({ arena }) => formatMiB(arena.residentFree.mainTopBytes + arena.residentFree.arenaTopBytes) },
  { heading: 'free parts of pages', cell: ({ arena }) => formatMiB(arena.residentFree.subPageBytes) },
];

function renderArenas({ evidence }: DoctorFile): Markup | undefined {
  const arenas = evidence.malloc?.arenas.toSorted((a, b) => b.rssBytes - a.rssBytes) ?? [];
  if (arenas.length === 0) return undefined;
  const count = arenas.length + (evidence.malloc?.otherArenas?.count ?? 0);
  const inFile = count === arenas.length ? 'all' : `the ${formatCount(arenas.length)} that keep most`;
  const rows = arenas.slice(0, arenasShown).map((arena, index) => ({ arena, name: arena.isMain ? 'main' : index + 1 }));
  const caption = html`Heaps of glibc in MiB, largest RSS first. Free pages and the main arena's top are what malloc_trim gives back; tops of other arenas stay, and so do parts of pages.${count > arenasShown && ` The largest ${arenasShown} of ${formatCount(count)}; ${inFile} are in the file to download.`}`;
  return scrollable('Arenas', figuresTable(caption, arenaColumns, rows));
}

const appliedColumns: FigureColumn<DoctorFile['applied'][number]>[] = [
  { heading: 'fix', cell: ({ kind }) => kind },
  { heading: 'measured', cell: ({ measure }) => (measure === 'live malloc' ? measure : 'RSS') },
  { heading: 'before', cell: ({ rssBeforeBytes }) => formatMiB(rssBeforeBytes) },
  { heading: 'after', cell: ({ rssAfterBytes }) => formatMiB(rssAfterBytes) },
  { heading: 'predicted', cell: ({ predictedBytes }) => formatMiB(predictedBytes) },
  { heading: 'less by', cell: ({ actualBytes }) => formatMiB(actualBytes) },
  { heading: 'error', cell: ({ errorShare }) => `${(100 * errorShare).toFixed(2)} %` },
];

function renderApplied({ applied }: DoctorFile): Markup | undefined {
  if (applied.length === 0) return undefined;
  const caption = 'What was predicted of a fix, and what became of it, in MiB. Error: predicted less actual, as a share of before.';
  const table = figuresTable(caption, appliedColumns, applied);
  const reasons = applied.flatMap((fix) => fix.reasons);
  return html`${scrollable('Fixes tried', table)}${reasons.length > 0 && html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}`;
}

function renderProcess({ evidence, blindSpots, durationMs }: DoctorFile): Markup {
  const { allocator, jvm, cgroup } = evidence;
  const environment = Object.entries(allocator.environment).map(([name, value]) => html`<code>${name}=${value}</code><br>`);
  return html`${definitions([
    ['process', evidence.pid],
    ['looked at', evidence.takenAt],
    ['up for', formatSeconds(evidence.uptimeMs)],
    ['looking took', formatSeconds(durationMs)],
    ['threads', evidence.threads],
    ['allocator', html`${allocator.name} <code>${allocator.library}</code>`],
    ['its settings', environment.length > 0 && environment],
    ['JVM', jvm && [jvm.version, jvm.vendor, jvm.collector].filter((part) => part !== undefined).join(', ')],
    ['flags', jvm && jvm.flags.length > 0 && html`<code class="long">${jvm.flags.join(' ')}</code>`],
    ['cgroup', cgroup && `version ${cgroup.version}`],
  ])}
${blindSpots.length > 0 && html`<h3>Could not be looked at</h3><ul>${blindSpots.map(({ instrument, reason, cure }) => html`<li>${instrument}: ${reason} ${cure && html`<code>${cure}</code>`}</li>`)}</ul>`}`;
}
