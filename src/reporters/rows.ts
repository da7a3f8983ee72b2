import { type Cell, phaseNames, type ResultFile } from '../model/result.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import { returnedShare } from '../stats/returned.ts';

/** The columns of the result table, the same in the terminal and in Markdown. Sizes are MiB. */
const columns = [
  'configuration',
  'baseline',
  'scanned',
  'NMT scanned',
  'collected',
  'settled',
  'trimmed',
  'returned',
  'live scanned',
  'live settled',
  'scan',
];

/** What stands in a table where nothing was measured. */
const notMeasured = '–';

export interface TextTable {
  head: string[];
  rows: string[][];
}

/** One row per cell of the matrix, one column per figure that at least one cell measured. */
export function textTable({ cells }: ResultFile): TextTable {
  const repeated = new Set(cells.map((cell) => cell.repeat)).size > 1;
  const rows = cells.map((cell) => tableRow(cell, repeated));
  const measured = columns.map((_, index) => rows.some((row) => row[index] !== notMeasured));
  const keep = (row: string[]) => row.filter((_, index) => measured[index]);
  return { head: keep(columns), rows: rows.map(keep) };
}

/** A sentence per cell that is not ok. */
export function stateLines({ cells }: ResultFile): string[] {
  return cells
    .filter((cell) => cell.state !== 'ok')
    .map((cell) => `${cell.configuration}: ${cell.state}. ${cell.reason ?? ''}`.trim());
}

function tableRow(cell: Cell, repeated: boolean): string[] {
  const { phases, state } = cell;
  const name = repeated ? `${cell.configuration} #${cell.repeat}` : cell.configuration;
  const mib = (bytes: number | undefined) => (bytes === undefined ? notMeasured : formatMiB(bytes));
  const rss = Object.fromEntries(phaseNames.map((phase) => [phase, mib(phases[phase]?.rssBytes)]));
  const returned = returnedShare(cell, 'settled');
  return [
    state === 'ok' ? name : `${name} (${state})`,
    rss['baseline'] ?? notMeasured,
    rss['scanned'] ?? notMeasured,
    mib(phases.scanned?.nmtCommittedBytes),
    rss['collected'] ?? notMeasured,
    rss['settled'] ?? notMeasured,
    rss['trimmed'] ?? notMeasured,
    returned === undefined ? notMeasured : `${Math.round(returned * 100)} %`,
    mib(phases.scanned?.liveBytes),
    mib(phases.settled?.liveBytes),
    cell.burstMs === undefined ? notMeasured : formatSeconds(cell.burstMs),
  ];
}

/** Says the unit and the terms of the table. */
export const tableNote =
  'RSS, NMT and live in MiB. returned = (scanned − settled) / (scanned − baseline); live = bytes asked for and not freed.';
