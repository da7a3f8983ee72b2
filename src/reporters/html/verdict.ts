import type { ResultFile } from '../../model/result.ts';
import { lookLines } from '../cell-looks.ts';
import { endsWithRecommendation, narrate } from '../narrative.ts';
import { noticeLines } from '../notices.ts';
import { renderRecommendation } from '../recommendation.ts';
import { resultTable, stateLines, tableNote } from '../result-table.ts';
import { configurationHeader, configurationKeys, scrollable } from './configurations.ts';
import { html, type Markup } from './markup.ts';
import { renderTiles } from './tiles.ts';

/** The figures that a reader takes along, then the sentences that read the table. */
export function renderVerdict(result: ResultFile): Markup {
  const sentences = narrate(result);
  const nothing = 'No cell was measured to its end, so there is nothing to conclude; the table says why.';
  const notices = noticeLines(result);
  return html`${notices.length > 0 && html`<ul class="notices">${notices.map((line) => html`<li>${line}</li>`)}</ul>`}
${renderTiles(result)}
${(sentences.length > 0 ? sentences : [nothing]).map((sentence) => html`<p class="sentence">${sentence}</p>`)}
${renderPasteLines(result)}
${result.complete ? undefined : html`<p class="warning">The run was interrupted: these are the cells that were finished.</p>`}`;
}

/** The recommended setting, a block for each place that it may be pasted into. */
function renderPasteLines(result: ResultFile): Markup[] {
  if (!endsWithRecommendation(result)) return [];
  const { lines } = renderRecommendation(result);
  return [...new Set(lines.map(({ where }) => where))].map((place) => {
    const block = lines.filter(({ where }) => where === place).map(({ line }) => line);
    return html`<h3>${place}</h3><pre tabindex="0" aria-label="For ${place}"><code>${block.join('\n')}</code></pre>`;
  });
}

/** The table of the terminal and of Markdown, with the same columns. */
export function renderFigures(result: ResultFile): Markup {
  const { columns, rows } = resultTable(result);
  const keys = configurationKeys(result);
  const states = [...stateLines(result), ...lookLines(result)];
  const table = html`<table class="figures">
<caption>${tableNote(result)}</caption>
<thead><tr>${columns.map(({ heading }) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map(([name = '', ...values]) => {
    const header = keys.includes(name) ? configurationHeader(result, name) : html`<th scope="row">${name}</th>`;
    return html`<tr>${header}${values.map(renderValue)}</tr>\n`;
  })}</tbody>
</table>`;
  return html`${scrollable('Table of figures', table)}
${states.length > 0 && html`<ul class="states">${states.map((line) => html`<li>${line}</li>`)}</ul>`}`;
}

/** An interval goes beneath its median: the table has many columns. */
function renderValue(value: string): Markup {
  const [middle, interval] = value.split(' [');
  return interval === undefined ? html`<td>${value}</td>` : html`<td>${middle} <span class="parts below">[${interval}</span></td>`;
}
