import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { TextTable } from './columns.ts';
import { wrap } from './wrap.ts';

/** Of a border and two spaces. */
const columnOverhead = 3;
/** A text that is cut shorter says nothing. */
const shortestText = 12;

interface NarrowTable {
  table: TextTable;
  /** Headings of the columns that went. */
  dropped: string[];
}

/** The table within `width` columns of a terminal: those of the highest rank go first, then the longest texts are wrapped or cut. */
export function narrow(table: TextTable, width: number): NarrowTable {
  // Nobody measures what goes into a file: measuring a text loads the tables of Unicode.
  if (width === Number.POSITIVE_INFINITY) return { table, dropped: [] };
  const dropped: string[] = [];
  let kept = table;
  while (widthOf(kept) > width) {
    const last = leastImportant(kept);
    if (last === undefined) return { table: cutTexts(kept, width), dropped };
    dropped.push(kept.columns[last]?.heading ?? '');
    kept = without(kept, last);
  }
  return { table: kept, dropped };
}

function leastImportant({ columns }: TextTable): number | undefined {
  const ranks = columns.map(({ rank = 0 }) => rank);
  const highest = Math.max(...ranks);
  return highest > 0 ? ranks.lastIndexOf(highest) : undefined;
}

function without({ columns, rows }: TextTable, column: number): TextTable {
  const others = (_: unknown, index: number) => index !== column;
  return { columns: columns.filter(others), rows: rows.map((row) => row.filter(others)) };
}

/** The widest column of texts gives way until all fit, or none is left that may. */
function cutTexts(table: TextTable, width: number): TextTable {
  const widths = columnWidths(table);
  for (let excess = widthOf(table) - width; excess > 0; excess--) {
    const widest = widestText(table, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const cut = (text: string, index: number) => {
    const width = widths[index] ?? 0;
    return eachLine(text, (line) => (table.columns[index]?.isProse ? wrap(line, width) : cutInTheMiddle(line, width)));
  };
  return { columns: table.columns, rows: table.rows.map((row) => row.map(cut)) };
}

function widestText({ columns }: TextTable, widths: readonly number[]): number | undefined {
  const texts = widths
    .map((width, index) => ({ width, index }))
    .filter(({ width, index }) => columns[index]?.align === 'left' && width > shortestText);
  return texts.toSorted((a, b) => b.width - a.width)[0]?.index;
}

function widthOf(table: TextTable): number {
  return columnWidths(table).reduce((sum, width) => sum + width + columnOverhead, 1);
}

function columnWidths({ columns, rows }: TextTable): number[] {
  const textWidth = (text: string) => Math.max(...text.split('\n').map((line) => stringWidth(line)));
  return columns.map(({ heading }, index) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[index] ?? '')), textWidth(heading)),
  );
}

/** Its ends say most of a name. */
export function cutInTheMiddle(text: string, width: number): string {
  return cliTruncate(text, width, { position: 'middle' });
}

function eachLine(text: string, change: (line: string) => string): string {
  return text.split('\n').map(change).join('\n');
}
