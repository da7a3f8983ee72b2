import type { ConfigurationSummary, FigureName, Interval, ResultFile } from '../../model/result.ts';
import { formatMiB, formatPercent } from '../../model/units.ts';
import { namesOf } from '../result-names.ts';
import { configurationHeader, scrollable } from './configurations.ts';
import { html, type Markup } from './markup.ts';

interface Column {
  name: string;
  figure: FigureName;
  format: (value: number) => string;
  /** In the order in which they are tried; the first is always part of the scale. */
  scaleFrom: number;
  scaleTo: number;
}

const columns: Column[] = [
  { name: 'returned of the burst', figure: 'returned', format: formatPercent, scaleFrom: 0, scaleTo: 1 },
  { name: 'retained, MiB', figure: 'retainedBytes', format: formatMiB, scaleFrom: 0, scaleTo: 0 },
];

/** What each configuration gave back and what it keeps, as medians with their intervals on a common scale. */
export function renderIntervals(result: ResultFile): Markup | undefined {
  const measured = columns.filter(({ figure }) => result.summary.some(({ figures }) => figures[figure]));
  if (measured.length === 0) return undefined;
  const scaled = measured.map((column) => widen(column, result.summary));
  const repeated = result.cells.some(({ repeat }) => repeat > 1);
  const table = html`<table class="intervals">
<caption>Returned: share of the growth during the burst that was given back until settled. Retained: growth of the allocator’s RSS that live bytes do not explain.
${repeated ? 'Dots are medians, lines are 95 % bootstrap intervals.' : 'One run each: there is no interval; --repeats gives one.'}</caption>
<thead><tr><th scope="col">${namesOf(result).compared}</th>${scaled.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${result.summary.map(
    ({ configuration, figures }) =>
      html`<tr>${configurationHeader(result, configuration)}${scaled.map((column) => renderInterval(column, figures[column.figure]))}</tr>\n`,
  )}</tbody>
</table>`;
  return scrollable('Retained and returned', table);
}

/** A share beyond 0 to 1 is possible, and retained bytes may be negative by a little: the scale holds them all. */
function widen(column: Column, summary: readonly ConfigurationSummary[]): Column {
  const intervals = summary.map(({ figures }) => figures[column.figure]).filter((interval) => interval !== undefined);
  return {
    ...column,
    scaleFrom: Math.min(column.scaleFrom, ...intervals.map(({ low }) => low)),
    scaleTo: Math.max(column.scaleTo, ...intervals.map(({ high }) => high)),
  };
}

function renderInterval({ format, scaleFrom, scaleTo }: Column, interval: Interval | undefined): Markup {
  if (!interval) return html`<td>–</td>`;
  const { median, low, high, samples } = interval;
  const span = scaleTo - scaleFrom || 1;
  const at = (value: number) => ((100 * (value - scaleFrom)) / span).toFixed(2);
  const bounds = samples > 1 && html` <span class="parts">[${format(low)}, ${format(high)}]</span>`;
  return html`<td><span class="measure"><span class="track" aria-hidden="true"><span class="bar" style="width:${at(median)}%"></span>
<span class="whisker" style="left:${at(low)}%;width:${((100 * (high - low)) / span).toFixed(2)}%"></span><span class="dot" style="left:${at(median)}%"></span></span>
<span><b>${format(median)}</b>${bounds}</span></span></td>`;
}
