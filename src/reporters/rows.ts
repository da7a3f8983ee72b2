import { type Cell, phaseNames, type ResultFile } from '../model/result.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import { returnedShare } from '../stats/returned.ts';
import { notMeasured, summaryColumns, summaryRow } from './summary-rows.ts';

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
  'live collected',
  'scan',
];

export interface TextTable {
  head: string[];
  rows: string[][];
}

/**
 * One row per cell of the matrix or, when configurations were repeated, one per configuration with medians and intervals; one column per
 * figure that at least one row has.
 */
export function textTable(result: ResultFile): TextTable {
  return isRepeated(result)
    ? withoutEmptyColumns(summaryColumns, result.summary.map(summaryRow))
    : withoutEmptyColumns(columns, result.cells.map(tableRow));
}

function isRepeated({ cells }: ResultFile): boolean {
  return cells.some((cell) => cell.repeat > 1);
}

function withoutEmptyColumns(head: readonly string[], rows: string[][]): TextTable {
  const measured = head.map((_, index) => rows.some((row) => row[index] !== notMeasured));
  const keep = (row: readonly string[]) => row.filter((_, index) => measured[index]);
  return { head: keep(head), rows: rows.map(keep) };
}

/** A sentence per cell that is not ok. */
export function stateLines({ cells }: ResultFile): string[] {
  return cells
    .filter((cell) => cell.state !== 'ok')
    .map((cell) => `${cell.configuration}${cell.repeat > 1 ? ` #${cell.repeat}` : ''}: ${cell.state}. ${cell.reason ?? ''}`.trim());
}

function tableRow(cell: Cell): string[] {
  const { phases, state } = cell;
  const mib = (bytes: number | undefined) => (bytes === undefined ? notMeasured : formatMiB(bytes));
  const rss = Object.fromEntries(phaseNames.map((phase) => [phase, mib(phases[phase]?.rssBytes)]));
  const returned = returnedShare(cell, 'settled');
  return [
    state === 'ok' ? cell.configuration : `${cell.configuration} (${state})`,
    rss['baseline'] ?? notMeasured,
    rss['scanned'] ?? notMeasured,
    mib(phases.scanned?.nmtCommittedBytes),
    rss['collected'] ?? notMeasured,
    rss['settled'] ?? notMeasured,
    rss['trimmed'] ?? notMeasured,
    returned === undefined ? notMeasured : `${Math.round(returned * 100)} %`,
    mib(phases.scanned?.liveBytes),
    mib(phases.collected?.liveBytes),
    cell.burstMs === undefined ? notMeasured : formatSeconds(cell.burstMs),
  ];
}

/** Says the unit and the terms of the table. */
export function tableNote(result: ResultFile): string {
  const terms =
    'RSS, NMT and live in MiB. returned = (scanned − settled) / (scanned − baseline); live = bytes asked for and not freed.';
  if (!isRepeated(result)) return terms;
  return `Medians with 95 % bootstrap intervals; ${terms} Differences and ratios are paired by block with the reference.`;
}
