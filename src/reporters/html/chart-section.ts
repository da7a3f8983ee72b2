import { type Cell, type PhaseName, phaseNames, type ResultFile, type Timeline } from '../../model/result.ts';
import { formatMiB } from '../../model/units.ts';
import { namesOf } from '../result-names.ts';
import { colorIndex, configurationHeader, configurationKeys, representativesInOrder, scrollable } from './configurations.ts';
import { html, Markup } from './markup.ts';

type Watched = Cell & { timeline: Timeline };

/** Where the burst ends: what comes after is what is compared, however long the burst took. */
const burstEnd: PhaseName = 'loaded';
/** Moments of the table that says what the chart shows: enough to follow a curve, few enough to be read. */
const tableMoments = 13;

/** Controls and legend of the chart, which src/client/ draws from the embedded result, and a table that says the same without it. */
export function renderChartSection(result: ResultFile): Markup | undefined {
  const watched = result.cells.filter((cell): cell is Watched => (cell.timeline?.atMs.length ?? 0) > 0);
  if (watched.length === 0) return undefined;
  const keys = configurationKeys(result).filter((key) => watched.some(({ configuration }) => configuration === key));
  return html`<p id="chart-absent" class="warning">The chart needs JavaScript; the table below has its values.</p>
<div id="chart-area" hidden>
${renderToolbar(watched)}
<div class="chart-columns">
<div id="chart" tabindex="0" role="application" aria-roledescription="chart" aria-label="RSS and live bytes over time" aria-describedby="chart-help"></div>
${renderLegend(result, keys)}
</div>
<p id="chart-help" class="hint">Drag to zoom, double-click to see all. Keys: ← → move the cursor, Shift+← → the view, + − zoom, 0 all, ↑ ↓ pick a ${namesOf(result).compared}.
Dots are the exact readings at the phases.</p>
<p id="chart-status" class="visually-hidden" role="status"></p>
</div>
${renderMoments(result)}`;
}

function renderToolbar(watched: readonly Watched[]): Markup {
  const common = phaseNames.filter((phase) => watched.some((cell) => cell.phases[phase]));
  const initial = watched.every((cell) => cell.phases[burstEnd]) ? burstEnd : 'start';
  const option = (value: string, text: string) =>
    html`<option value="${value}"${value === initial && new Markup(' selected')}>${text}</option>`;
  const button = (action: string, label: string, text: string) =>
    html`<button type="button" data-chart="${action}" aria-label="${label}">${text}</button>`;
  return html`<div class="toolbar" role="group" aria-label="Chart controls">
<span class="group">${[
    button('in', 'Zoom in', '+'),
    button('out', 'Zoom out', '−'),
    button('earlier', 'Earlier', '←'),
    button('later', 'Later', '→'),
    button('reset', 'Show all', 'All'),
  ]}</span>
<label><input type="checkbox" id="show-rss" checked> RSS <span class="line solid"></span></label>
<label><input type="checkbox" id="show-live" checked> live <span class="line dashed"></span></label>
${watched.some(({ repeat }) => repeat > 1) && html`<label><input type="checkbox" id="show-repeats"> every repeat</label>`}
<label>time from <select id="align">${option('start', 'process start')}${common.map((phase) => option(phase, phase))}</select></label>
</div>`;
}

function renderLegend(result: ResultFile, keys: readonly string[]): Markup {
  return scrollable(
    'Values at the cursor',
    html`<table class="legend">
<caption>Values at the cursor, MiB<span id="cursor-time"></span></caption>
<thead><tr><th scope="col">${namesOf(result).compared}</th><th scope="col">RSS</th><th scope="col">live</th></tr></thead>
<tbody>${keys.map(
      (key, index) =>
        html`<tr data-configuration="${index}" data-name="${key}" data-color="${colorIndex(result, key)}"><th scope="row"><label><input type="checkbox" checked> <span class="swatch s${colorIndex(result, key)}"></span>${key}</label></th><td>–</td><td>–</td></tr>\n`,
    )}</tbody>
</table>`,
  );
}

function renderMoments(result: ResultFile): Markup {
  const cells = representativesInOrder(result).filter((cell): cell is Watched => (cell.timeline?.atMs.length ?? 0) > 0);
  const endMs = Math.max(0, ...cells.map(({ timeline }) => timeline.atMs.at(-1) ?? 0));
  const moments = Array.from({ length: tableMoments }, (_, index) => (endMs * index) / (tableMoments - 1));
  const table = html`<table class="figures">
<caption>RSS in MiB at moments since the start of the process; the last sample before each. – where the process was not there.</caption>
<thead><tr><th scope="col">${namesOf(result).compared}</th>${moments.map((ms) => html`<th scope="col">${(ms / 1000).toFixed(1)} s</th>`)}</tr></thead>
<tbody>${cells.map(
    (cell) =>
      html`<tr>${configurationHeader(result, cell.configuration)}${moments.map((ms) => html`<td>${rssAt(cell, ms)}</td>`)}</tr>\n`,
  )}</tbody>
</table>`;
  return html`<details><summary>The chart as a table</summary>${scrollable('RSS over time', table)}</details>`;
}

function rssAt({ timeline }: Watched, atMs: number): string {
  const ended = atMs > (timeline.atMs.at(-1) ?? 0);
  const bytes = timeline.rssBytes[timeline.atMs.findLastIndex((at) => at <= atMs)];
  return ended || bytes === undefined ? '–' : formatMiB(bytes);
}
