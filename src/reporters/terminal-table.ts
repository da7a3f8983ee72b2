import Table from 'cli-table3';
import type { TextTable } from './columns.ts';
import { narrow } from './narrow-table.ts';
import { paintOf } from './paint.ts';
import type { TerminalOptions } from './render-options.ts';
import { wrap } from './wrap.ts';

/** A table for a terminal, and below it which columns did not fit. */
export function drawTable(whole: TextTable, { color, width, tableWidth }: TerminalOptions): string {
  const { table, dropped } = narrow(whole, tableWidth);
  const drawn = draw(table, color);
  // Bars have no heading, and show what a figure beside them says.
  const headings = dropped.filter((heading) => heading !== '').map((heading) => heading.replace('\n', ' '));
  if (headings.length === 0) return drawn;
  return `${drawn}\n${wrap(`Not shown in ${tableWidth} columns: ${headings.join(', ')}.`, width)}`;
}

function draw({ columns, rows }: TextTable, color: boolean): string {
  const paint = paintOf({ color });
  const table = new Table({
    head: columns.map(({ heading }) => paint('bold', heading)),
    colAligns: columns.map(({ align, headingAlign = align }) => headingAlign),
    style: { head: [], border: color ? ['gray'] : [], compact: true },
  });
  for (const row of rows) {
    table.push(
      row.map((content, index) => {
        const column = columns[index];
        // colAligns is of the heading as well; a cell may have its own.
        return column?.headingAlign === undefined ? content : { content, hAlign: column.align };
      }),
    );
  }
  return table.toString();
}
