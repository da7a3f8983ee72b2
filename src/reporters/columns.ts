type Align = 'left' | 'right';

/** A column of a table: its heading, and what a row has below it. */
export interface Column<Row, Content = string> {
  heading: string;
  cell: (row: Row) => Content;
  align: Align;
  /** Of the heading, where it is not that of the cells. */
  headingAlign?: Align;
  /** In a terminal that is too narrow, columns with the highest rank go first; those without one stay. */
  rank?: number;
  /** Its texts are sentences: they are wrapped where names are cut in the middle. */
  isProse?: boolean;
}

/** A table as text, to be drawn for a terminal or as Markdown. */
export interface TextTable {
  columns: readonly Pick<Column<never>, 'heading' | 'align' | 'headingAlign' | 'rank' | 'isProse'>[];
  rows: string[][];
}

/** What stands in a table where nothing was measured. */
export const notMeasured = '–';

/** Of names and texts. */
export function left<Row>(heading: string, cell: (row: Row) => string, rank?: number): Column<Row> {
  return { heading, cell, align: 'left', ...(rank === undefined ? {} : { rank }) };
}

/** Of numbers. */
export function right<Row>(heading: string, cell: (row: Row) => string, rank?: number): Column<Row> {
  return { heading, cell, align: 'right', ...(rank === undefined ? {} : { rank }) };
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
