import type { DoctorFile, DoctorFinding } from '../../model/doctor-file.ts';
import { formatSmallMiB, formatUptime } from '../../model/units.ts';
import { nameCommand } from '../../parse/java-command.ts';
import { isDividedAlike, isSameProcess, type PartChange, partChanges } from '../../stats/rss-difference.ts';
import { namePatient } from '../doctor-head.ts';
import type { RenderOptions } from '../render-options.ts';
import { scrollable } from './configurations.ts';
import { inOrder, renderFinding } from './doctor-findings.ts';
import { describeProcess } from './doctor-page.ts';
import { changeOf, renderChanges, signed } from './doctor-process.ts';
import { type Fragment, html, type Markup } from './markup.ts';
import { extentBytes, memoryOf, renderMemoryBar } from './memory-bar.ts';
import { type Page, renderPage } from './page.ts';
import { definitions } from './provenance.ts';

/** Two results of the doctor, and each as it was read, to be downloaded. */
export interface Compared {
  before: DoctorFile;
  after: DoctorFile;
  files: { before: unknown; after: unknown };
}

/** What changed from one result of the doctor to another. */
export function renderDoctorComparison({ before, after, files }: Compared, { assets }: Pick<RenderOptions, 'assets'>): string {
  const file = (name: 'before' | 'after') => ({ id: `offheap-${name}`, name: `${name}.json`, mediaType: 'application/json' });
  return renderPage(
    {
      title: `${nameCommand(after.evidence.command, after.evidence.isJvm)} · before and after`,
      about: describePair(before.evidence, after.evidence),
      tool: after.tool,
      sections: sectionsOf(before, after).filter(({ content }) => content !== undefined),
      files: [
        { ...file('before'), content: files.before },
        { ...file('after'), content: files.after },
      ],
    },
    assets(),
  );
}

function sectionsOf(before: DoctorFile, after: DoctorFile): Page['sections'] {
  const came = inOrder(after).filter(({ code }) => !has(before, code));
  const went = inOrder(before).filter(({ code }) => !has(after, code));
  return [
    { id: 'verdict', heading: 'What changed', content: renderDifference(before, after) },
    { id: 'came', heading: 'Findings that came', content: came.length > 0 && came.map((finding) => renderFinding(finding)) },
    { id: 'went', heading: 'Findings that went', content: went.length > 0 && went.map(renderSentence) },
    { id: 'stayed', heading: 'Findings that stayed', content: renderStayed(before, after) },
    { id: 'figures', heading: 'Other figures', content: renderFigures(before, after) },
    { id: 'processes', heading: 'Processes', content: renderProcesses(before, after) },
  ].map((section) => ({ ...section, content: section.content || undefined }));
}

function describePair(before: DoctorFile['evidence'], after: DoctorFile['evidence']): string {
  const apartMs = Date.parse(after.takenAt) - Date.parse(before.takenAt);
  const time =
    apartMs < 0 ? `${formatUptime(-apartMs)} earlier: the files are in the other order` : `${formatUptime(apartMs)} later`;
  if (isSameProcess(before, after)) return `Process ${after.pid}, and the same ${time}`;
  const isSameCommand = before.command.join(' ') === after.command.join(' ');
  return `Process ${before.pid}, and process ${after.pid} of ${isSameCommand ? 'the same command' : 'another command'}, ${time}`;
}

function renderDifference(before: DoctorFile, after: DoctorFile): Markup {
  const memories = [memoryOf(before.evidence), memoryOf(after.evidence)];
  const scaleBytes = Math.max(...memories.map(extentBytes));
  const changes = partChanges(before.evidence, after.evidence);
  const [first, second] = memories.map((memory) => renderMemoryBar(memory, scaleBytes));
  return html`<p class="verdict">${describeChange(before, after, changes[0])}</p>
<div class="bars"><span>before</span>${first}<span>after</span>${second}</div>
${isDividedAlike(before.evidence, after.evidence) ? undefined : html`<p class="warning">The heaps of malloc were read in one of the two, so malloc is one part here.</p>`}
${renderTable(changes, before.evidence.rssBytes, after.evidence.rssBytes)}`;
}

function describeChange(
  { evidence: before }: DoctorFile,
  { evidence: after }: DoctorFile,
  largest: PartChange | undefined,
): string {
  const difference = after.rssBytes - before.rssBytes;
  const way = signed(difference, formatSmallMiB);
  const from = `RSS went from ${formatSmallMiB(before.rssBytes)} to ${formatSmallMiB(after.rssBytes)} MiB (${way}).`;
  if (!largest || largest.differenceBytes === 0) return from;
  return `${from} The largest change: ${largest.name}, ${signed(largest.differenceBytes, formatSmallMiB)} MiB.`;
}

function renderTable(changes: readonly PartChange[], beforeBytes: number, afterBytes: number): Markup {
  const cells = (from: number, to: number) =>
    html`<td>${formatSmallMiB(from)}</td><td>${formatSmallMiB(to)}</td><td><b>${signed(to - from, formatSmallMiB)}</b></td>`;
  const table = html`<table class="figures changes">
<caption>Parts of RSS in MiB, the largest change first.</caption>
<thead><tr><th scope="col">part</th><th scope="col">before</th><th scope="col">after</th><th scope="col">difference</th></tr></thead>
<tbody>${changes.map((change) => html`<tr><th scope="row"><span class="swatch part-${change.kind}"></span>${change.name}</th>${cells(change.beforeBytes, change.afterBytes)}</tr>\n`)}
<tr class="sum"><th scope="row">RSS</th>${cells(beforeBytes, afterBytes)}</tr></tbody>
</table>`;
  return scrollable('Parts before and after', table);
}

function has({ findings }: DoctorFile, code: string): boolean {
  return findings.some((finding) => finding.code === code);
}

function renderSentence({ code, summary }: DoctorFinding): Markup {
  return html`<article><h3>${code}</h3><p class="sentence">${summary}</p></article>`;
}

function renderStayed(before: DoctorFile, after: DoctorFile): Fragment {
  const stayed = inOrder(after).flatMap((finding) => {
    const earlier = before.findings.find(({ code }) => code === finding.code);
    return earlier ? [{ earlier, finding }] : [];
  });
  return (
    stayed.length > 0 &&
    stayed.map(({ earlier, finding }) => html`${renderFinding(finding)}<p class="parts">Before: ${earlier.summary}</p>`)
  );
}

function renderFigures({ evidence: before }: DoctorFile, { evidence: after }: DoctorFile): Markup | undefined {
  const change = (name: string, from: number | undefined, to: number | undefined, format: (value: number) => string) =>
    changeOf(name, to, from === undefined || to === undefined ? undefined : to - from, format);
  const rows = [
    change('memory limit', before.cgroup?.limitBytes, after.cgroup?.limitBytes, formatSmallMiB),
    change('held by the container', heldBytes(before), heldBytes(after), formatSmallMiB),
    change('in swap', before.swapBytes, after.swapBytes, formatSmallMiB),
    change('Java objects, garbage among them', before.jvm?.heap?.usedBytes, after.jvm?.heap?.usedBytes, formatSmallMiB),
    change('live in malloc', before.counters?.liveBytes, after.counters?.liveBytes, formatSmallMiB),
    change('zlib states', before.malloc?.census?.bytes, after.malloc?.census?.bytes, formatSmallMiB),
    change('committed by NMT', before.jvm?.nmt?.totalCommittedBytes, after.jvm?.nmt?.totalCommittedBytes, formatSmallMiB),
    change('arenas', arenasOf(before), arenasOf(after), String),
    change('threads', before.threads, after.threads, String),
  ].flatMap((row) => row ?? []);
  return renderChanges('Sizes in MiB; what both results have.', rows, ['before', 'after']);
}

function arenasOf({ malloc }: DoctorFile['evidence']): number | undefined {
  return malloc && malloc.arenas.length + (malloc.otherArenas?.count ?? 0);
}

function renderProcesses(before: DoctorFile, after: DoctorFile): Markup {
  return html`${[before, after].map(
    ({ evidence, verdict }, index) => html`<h3>${index === 0 ? 'Before' : 'After'}: ${namePatient(evidence)}</h3>
<p class="sentence">${verdict}</p>
${definitions([
  ['process', describeProcess(evidence)],
  ['command', html`<code class="long">${evidence.command.join(' ')}</code>`],
])}`,
  )}`;
}

function heldBytes({ cgroup }: DoctorFile['evidence']): number | undefined {
  return cgroup?.account?.unreclaimableBytes;
}
