import type { Cell, ResultFile } from '../model/result.ts';
import { formatMiB } from '../model/units.ts';
import { describeFailure } from '../stats/failure-account.ts';
import { burstBytes, smallestBurstBytes } from '../stats/returned.ts';
import { cellColumns } from './cell-columns.ts';
import { measuredColumns, type TextTable, toTable } from './columns.ts';
import { namesOf } from './result-names.ts';
import { summaryColumns } from './summary-columns.ts';

/**
 * The result table, the same in the terminal, in Markdown and in HTML: one row per cell of the matrix or, when configurations were repeated, one per
 * configuration with medians and intervals; one column per figure that at least one row has.
 */
export function resultTable(result: ResultFile): TextTable {
  const names = namesOf(result);
  if (isRepeated(result)) {
    const rows = result.summary;
    return toTable(measuredColumns(summaryColumns(names, result.decision), rows), rows);
  }
  return toTable(measuredColumns(cellColumns(result, names), result.cells), result.cells);
}

function isRepeated({ cells }: ResultFile): boolean {
  return cells.some((cell) => cell.repeat > 1);
}

/** A sentence per cell that is not ok, or lacks a figure that it should have. What this host lacks is said once. */
export function stateLines({ cells }: ResultFile): string[] {
  const skipped = cells.filter(({ state }) => state === 'skipped');
  return [
    ...cells.filter(({ state }) => state !== 'skipped').flatMap(linesOfCell),
    ...skippedLines(skipped.map(({ configuration, reason = '' }) => ({ configuration, reason }))),
  ];
}

/** What cannot be tried here, a line for each reason; those without one can. */
export function skippedLines(entries: readonly { configuration: string; reason: string | undefined }[]): string[] {
  const keysByReason = new Map<string, Set<string>>();
  for (const { configuration, reason } of entries) {
    if (reason !== undefined) keysByReason.set(reason, (keysByReason.get(reason) ?? new Set()).add(configuration));
  }
  return [...keysByReason].map(([reason, keys]) => `${[...keys].join(', ')}: skipped. ${reason}`.trim());
}

function linesOfCell(cell: Cell): string[] {
  const name = `${cell.configuration}${cell.repeat > 1 ? ` #${cell.repeat}` : ''}`;
  const failure = describeFailure(cell);
  return [
    ...(cell.state === 'ok' ? [] : [`${name}: ${cell.state}. ${cell.reason ?? ''}`.trim()]),
    ...(failure === undefined ? [] : [`${name}: ${failure}`]),
    ...(cell.liveWithdrawn === undefined ? [] : [`${name}: ${cell.liveWithdrawn}`]),
  ];
}

function hasSmallBurst({ cells }: ResultFile): boolean {
  return cells.some((cell) => {
    const burst = burstBytes(cell);
    return cell.state === 'ok' && burst !== undefined && burst < smallestBurstBytes;
  });
}

/** Says the unit and the terms of the table. */
export function tableNote(result: ResultFile): string {
  const { isCommand } = namesOf(result);
  const used = isCommand ? ' CPU and page faults: of the program, during the burst.' : '';
  const small = hasSmallBurst(result)
    ? ` returned is – where RSS grew by less than ${formatMiB(smallestBurstBytes)} MiB in the burst.`
    : '';
  const terms = `Sizes in MiB. returned: (loaded − settled) / (loaded − baseline). live: bytes asked for and not freed. retained: how much the allocator’s RSS grew from baseline to settled beyond what live bytes grew.${used}${small}`;
  if (!isRepeated(result)) return terms;
  return `${terms} Figures are medians, with 95 % bootstrap intervals. Differences and ratios compare with the reference, round by round: means, with intervals that hold after each round.`;
}
