import type { Cell, ConfigurationSummary, ResultFile } from '../../model/result.ts';
import { formatMiB, formatSeconds } from '../../model/units.ts';
import { retainedBytes } from '../../stats/returned.ts';
import { namesOf } from '../result-names.ts';
import { configurationHeader, scrollable } from './configurations.ts';
import { html, type Markup } from './markup.ts';

interface Column {
  name: string;
  measure: (cell: Cell) => number | undefined;
  format: (value: number) => string;
}

const columns: Column[] = [
  { name: 'settled RSS, MiB', measure: ({ phases }) => phases.settled?.rssBytes, format: formatMiB },
  { name: 'retained, MiB', measure: retainedBytes, format: formatMiB },
  { name: 'burst', measure: ({ burstMs }) => burstMs, format: formatSeconds },
];

interface Scaled extends Column {
  low: number;
  high: number;
}

/** Every repeat as a point, per configuration on a common scale. Undefined where nothing was repeated. */
export function renderRepeats(result: ResultFile): Markup | undefined {
  const ok = result.cells.filter(({ state }) => state === 'ok');
  if (!ok.some(({ repeat }) => repeat > 1)) return undefined;
  const scaled = columns.flatMap((column) => toScale(column, ok));
  if (scaled.length === 0) return undefined;
  const table = html`<table class="intervals repeats">
<caption>A point is one repeat, the line is their median; a ring is a repeat far from the others. The scale of a column goes from its smallest to its largest.</caption>
<thead><tr><th scope="col">${namesOf(result).compared}</th>${scaled.map(({ name, low, high, format }) => html`<th scope="col">${name} <span class="parts">${format(low)} to ${format(high)}</span></th>`)}</tr></thead>
<tbody>${result.summary.map((summary) => renderRow(result, summary, scaled))}</tbody>
</table>`;
  return scrollable('Every repeat', table);
}

function toScale(column: Column, cells: readonly Cell[]): Scaled[] {
  const values = cells.flatMap((cell) => column.measure(cell) ?? []);
  return values.length === 0 ? [] : [{ ...column, low: Math.min(...values), high: Math.max(...values) }];
}

function renderRow(result: ResultFile, summary: ConfigurationSummary, scaled: readonly Scaled[]): Markup {
  const cells = result.cells.filter(({ configuration, state }) => configuration === summary.configuration && state === 'ok');
  return html`<tr>${configurationHeader(result, summary.configuration)}${scaled.map((column) => renderPoints(column, cells, summary.outliers))}</tr>\n`;
}

function renderPoints({ measure, format, low, high, name }: Scaled, cells: readonly Cell[], outliers: readonly number[]): Markup {
  const points = cells.flatMap((cell) => {
    const value = measure(cell);
    return value === undefined ? [] : [{ value, repeat: cell.repeat }];
  });
  if (points.length === 0) return html`<td>–</td>`;
  const sorted = points.map(({ value }) => value).sort((a, b) => a - b);
  const at = (value: number) => (high > low ? (100 * (value - low)) / (high - low) : 50).toFixed(2);
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const middle = ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 2;
  return html`<td><span class="track strip" aria-hidden="true"><span class="median" style="left:${at(middle)}%"></span>${points.map(
    ({ value, repeat }) =>
      html`<span class="point${name === columns[0]?.name && outliers.includes(repeat) && ' outlier'}" style="left:${at(value)}%" title="repeat ${repeat}: ${format(value)}"></span>`,
  )}</span>
<span class="parts">${format(least)} to ${format(most)}, ${points.length} ${points.length === 1 ? 'repeat' : 'repeats'}</span></td>`;
}
