import type { Column } from '../columns.ts';
import { type Fragment, html, type Markup } from './markup.ts';

export type FigureColumn<Row> = Pick<Column<Row, Fragment>, 'heading' | 'cell'>;

/** A table of numbers; the first column names the row. */
export function figuresTable<Row>(caption: Fragment, columns: readonly FigureColumn<Row>[], rows: readonly Row[]): Markup {
  const [name, ...figures] = columns;
  return html`<table class="figures">
<caption>${caption}</caption>
<thead><tr>${columns.map(({ heading }) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${name?.cell(row)}</th>${figures.map(({ cell }) => html`<td>${cell(row)}</td>`)}</tr>\n`)}</tbody>
</table>`;
}
