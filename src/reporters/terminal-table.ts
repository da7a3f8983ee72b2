import Table from 'cli-table3';
import type { TextTable } from './columns.ts';

interface TerminalTableOptions {
  color?: boolean;
  formatHeading?: (heading: string) => string;
}

export function drawTable(
  { columns, rows }: TextTable,
  { color = false, formatHeading = (heading) => heading }: TerminalTableOptions = {},
): string {
  const table = new Table({
    head: columns.map(({ heading }) => formatHeading(heading)),
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
