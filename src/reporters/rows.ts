import type { Cell, ResultFile } from '../model/result.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import { returnedShareAfter } from '../stats/curve.ts';
import { retainedBytes, returnedShare } from '../stats/returned.ts';
import { notMeasured, summaryColumns, summaryRow } from './summary-rows.ts';

/** The columns of the result table, the same in the terminal and in Markdown. Sizes are MiB. */
const columns = [
  'configuration',
  'baseline',
  'scanned',
  'collected',
  'settled',
  'trimmed',
  'returned',
  'returned 1 s',
  'returned 5 s',
  'retained',
  'live scanned',
  'live collected',
  'scan',
  'scan ratio',
];

const fiveSecondsMs = 5000;

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
    : withoutEmptyColumns(
        columns,
        result.cells.map((cell) => tableRow(cell, result)),
      );
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

function tableRow(cell: Cell, { summary }: ResultFile): string[] {
  const { phases, state, scenario } = cell;
  const mib = (bytes: number | undefined) => (bytes === undefined ? notMeasured : formatMiB(bytes));
  const percent = (share: number | undefined) => (share === undefined ? notMeasured : `${Math.round(share * 100)} %`);
  const ratio = summary.find(({ configuration }) => configuration === cell.configuration)?.comparison?.burstMsRatio;
  return [
    state === 'ok' ? cell.configuration : `${cell.configuration} (${state})`,
    mib(phases.baseline?.rssBytes),
    mib(phases.scanned?.rssBytes),
    mib(phases.collected?.rssBytes),
    mib(phases.settled?.rssBytes),
    mib(phases.trimmed?.rssBytes),
    percent(returnedShare(cell, 'settled')),
    percent(returnedShareAfter(cell, 1000)),
    // A cell that settles in so long has it in `returned` already.
    percent(scenario.settleMs > fiveSecondsMs ? returnedShareAfter(cell, fiveSecondsMs) : undefined),
    mib(retainedBytes(cell)),
    mib(phases.scanned?.liveBytes),
    mib(phases.collected?.liveBytes),
    cell.burstMs === undefined ? notMeasured : formatSeconds(cell.burstMs),
    ratio === undefined ? notMeasured : `${ratio.median.toFixed(2)}×`,
  ];
}

/** Says the unit and the terms of the table. */
export function tableNote(result: ResultFile): string {
  const terms =
    'Sizes in MiB. returned = (scanned − settled) / (scanned − baseline); live = bytes asked for and not freed; retained = growth of native RSS until settled that live does not explain.';
  if (!isRepeated(result)) return terms;
  return `Medians with 95 % bootstrap intervals; ${terms} Differences and ratios are paired by block with the reference.`;
}
