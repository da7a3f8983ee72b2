type Align = 'left' | 'right';

/** A column of a table: its heading, and what a row has below it. */
export interface Column<Row, Content = string> {
  heading: string;
  cell: (row: Row) => Content;
  align: Align;
  /** Of the heading, where it is not that of the cells. */
  headingAlign?: Align;
}

/** A table as text, to be drawn for a terminal or as Markdown. */
export interface TextTable {
  columns: readonly Pick<Column<never>, 'heading' | 'align' | 'headingAlign'>[];
  rows: string[][];
}

/** What stands in a table where nothing was measured. */
export const notMeasured = '–';

/** Of names and texts. */
export function left<Row>(heading: string, cell: (row: Row) => string): Column<Row> {
  return { heading, cell, align: 'left' };
}

/** Of numbers. */
export function right<Row>(heading: string, cell: (row: Row) => string): Column<Row> {
  return { heading, cell, align: 'right' };
}

export function toTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): TextTable {
  return { columns, rows: rows.map((row) => columns.map(({ cell }) => cell(row))) };
}

/** Those that at least one row has a figure for. */
export function measuredColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Column<Row>[] {
  return columns.filter(({ cell }) => rows.some((row) => cell(row) !== notMeasured));
}

export function shown<Value>(value: Value | undefined, format: (value: Value) => string): string {
  return value === undefined ? notMeasured : format(value);
}
