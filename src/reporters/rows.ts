import { type Cell, phaseNames, type ResultFile } from '../model/result.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import { returnedShare } from '../stats/returned.ts';

/** The columns of the result table, the same in the terminal and in Markdown. Sizes are MiB. */
export const columns = [
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
] as const;

/** What stands in a table where nothing was measured. */
export const notMeasured = '–';

/** One line of text cells per cell of the matrix; for one that is not ok, its state and the phases it reached. */
export function tableRows({ cells }: ResultFile): string[][] {
  const repeated = new Set(cells.map((cell) => cell.repeat)).size > 1;
  return cells.map((cell) => tableRow(cell, repeated));
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
