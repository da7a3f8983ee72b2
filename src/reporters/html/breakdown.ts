import { type Cell, type PhaseSample, phaseNames, type ResultFile } from '../../model/result.ts';
import { formatMiB } from '../../model/units.ts';
import { namesOf } from '../result-names.ts';
import { configurationHeader, representativesInOrder, scrollable } from './configurations.ts';
import { html, type Markup } from './markup.ts';

/** RSS at each phase, split into the Java heap and the rest, with the live bytes as a mark: what lies beyond the mark is kept, or not malloc's. */
export function renderBreakdown(result: ResultFile): Markup | undefined {
  const cells = representativesInOrder(result);
  const phases = phaseNames.filter((phase) => cells.some((cell) => cell.phases[phase]));
  if (phases.length === 0) return undefined;
  const scaleBytes = Math.max(1, ...cells.flatMap((cell) => phases.map((phase) => extentOf(cell.phases[phase]))));
  const table = html`<table class="breakdown">
<caption>RSS at each phase in MiB, split into the resident Java heap and the rest (native), and the live bytes of malloc. ${choiceNote(result)}
Live bytes may exceed native RSS: what was allocated and never touched is not resident.</caption>
<thead><tr><th scope="col">${namesOf(result).compared}</th>${phases.map((phase) => html`<th scope="col">${phase}</th>`)}</tr></thead>
<tbody>${cells.map(
    (cell) =>
      html`<tr>${configurationHeader(result, cell.configuration)}${phases.map((phase) => renderPhase(cell, phase, scaleBytes))}</tr>\n`,
  )}</tbody>
</table>`;
  return html`<p class="key"><span class="box heap"></span>Java heap <span class="box native"></span>native <span class="box live"></span>live bytes</p>
${scrollable('RSS by phase', table)}`;
}

function choiceNote({ cells }: ResultFile): string {
  return cells.some(({ repeat }) => repeat > 1) ? 'Of repeats, the one with the median settled RSS.' : '';
}

/** How far a phase's bar or its mark reaches. Live bytes count above the Java heap, where malloc's part of RSS begins. */
function extentOf(sample: PhaseSample | undefined): number {
  if (!sample) return 0;
  const { rssBytes, javaHeapRssBytes, liveBytes } = sample;
  return Math.max(rssBytes, javaHeapRssBytes === undefined ? 0 : javaHeapRssBytes + (liveBytes ?? 0));
}

function renderPhase(cell: Cell, phase: (typeof phaseNames)[number], scaleBytes: number): Markup {
  const sample = cell.phases[phase];
  if (!sample) return html`<td>–</td>`;
  const { rssBytes, javaHeapRssBytes, nativeRssBytes, liveBytes } = sample;
  const width = (bytes: number) => `${Math.max(0, Math.min(100, (100 * bytes) / scaleBytes)).toFixed(2)}%`;
  const heap = javaHeapRssBytes ?? 0;
  const parts = [
    javaHeapRssBytes !== undefined && `heap ${formatMiB(javaHeapRssBytes)}`,
    nativeRssBytes !== undefined && `native ${formatMiB(nativeRssBytes)}`,
    liveBytes !== undefined && `live ${formatMiB(liveBytes)}`,
  ].filter((part) => part !== false);
  return html`<td><span class="stack" aria-hidden="true">
<span class="heap" style="width:${width(heap)}"></span><span class="${javaHeapRssBytes === undefined ? 'whole' : 'native'}" style="width:${width(rssBytes - heap)}"></span>
${liveBytes !== undefined && javaHeapRssBytes !== undefined && html`<span class="live" style="left:${width(heap)};width:${width(liveBytes)}"></span>`}</span>
<b>${formatMiB(rssBytes)}</b> <span class="parts">${parts.join(' · ')}</span></td>`;
}
