import type { Cell, ConfigurationSummary, Interval, ResultFile } from '../model/result.ts';
import { formatFigure, formatMiB, formatSeconds } from '../model/units.ts';
import { returnedShareAfter } from '../stats/curve.ts';
import { burstUse, retainedBytes, returnedShare } from '../stats/returned.ts';
import { notMeasured, summaryColumns, summaryRow } from './summary-rows.ts';

/** The columns of the result table, the same in the terminal and in Markdown. Sizes are MiB. */
const columns = [
  'configuration',
  'baseline',
  'loaded',
  'collected',
  'settled',
  'trimmed',
  'returned',
  'returned 1 s',
  'returned 5 s',
  'retained',
  'live loaded',
  'live collected',
  'zlib blocks',
  'Inflaters',
  'scan',
  'scan ratio',
  'CPU',
  'CPU ratio',
  'page faults',
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
  const metrics = metricNames(result);
  const name = (column: string) => (isCommand(result) ? (commandNames[column] ?? column) : column);
  return isRepeated(result)
    ? withoutEmptyColumns(
        [...summaryColumns.map(name), ...metrics],
        result.summary.map((summary) => [
          ...summaryRow(summary, isCommand(result)),
          ...metrics.map((metric) => metricMedian(summary, metric)),
        ]),
      )
    : withoutEmptyColumns(
        [...columns.map(name), ...metrics],
        result.cells.map((cell) => [...tableRow(cell, result), ...metrics.map((metric) => metricOf(cell, metric))]),
      );
}

/** What the burst is called in the columns of its cost: the reproducer scans, a program of the user's is under load. */
const commandNames: Readonly<Record<string, string>> = {
  scan: 'load',
  'scan ratio': 'load ratio',
};

function isCommand({ cells }: ResultFile): boolean {
  return cells[0]?.scenario.name === 'command';
}

function metricNames({ cells }: ResultFile): string[] {
  return [...new Set(cells.flatMap(({ metrics = {} }) => Object.keys(metrics)))];
}

function metricOf({ metrics }: Cell, name: string): string {
  const value = metrics?.[name]?.value;
  return value === undefined ? notMeasured : formatFigure(value);
}

/** With its ratio to the reference, where there is one. */
function metricMedian({ metrics, comparison }: ConfigurationSummary, name: string): string {
  const [value, ratio] = [metrics?.[name]?.median, comparison?.metricRatios?.[name]?.median];
  if (value === undefined) return notMeasured;
  return ratio === undefined ? formatFigure(value) : `${formatFigure(value)} (${ratio.toFixed(2)}×)`;
}

function isRepeated({ cells }: ResultFile): boolean {
  return cells.some((cell) => cell.repeat > 1);
}

function withoutEmptyColumns(head: readonly string[], rows: string[][]): TextTable {
  const measured = head.map((_, index) => rows.some((row) => row[index] !== notMeasured));
  const keep = (row: readonly string[]) => row.filter((_, index) => measured[index]);
  return { head: keep(head), rows: rows.map(keep) };
}

/** A sentence per cell that is not ok, or lacks a figure that it should have. */
export function stateLines({ cells }: ResultFile): string[] {
  return cells.flatMap((cell) => {
    const name = `${cell.configuration}${cell.repeat > 1 ? ` #${cell.repeat}` : ''}`;
    return [
      ...(cell.state === 'ok' ? [] : [`${name}: ${cell.state}. ${cell.reason ?? ''}`.trim()]),
      ...(cell.liveWithdrawn === undefined ? [] : [`${name}: ${cell.liveWithdrawn}`]),
    ];
  });
}

function tableRow(cell: Cell, { summary }: ResultFile): string[] {
  const { phases, state, scenario } = cell;
  const [cpuMs, faults] = [useOf(cell, 'cpuMs'), useOf(cell, 'minorFaults')];
  const mib = (bytes: number | undefined) => (bytes === undefined ? notMeasured : formatMiB(bytes));
  const amount = (count: number | undefined) => (count === undefined ? notMeasured : formatFigure(count));
  const percent = (share: number | undefined) => (share === undefined ? notMeasured : `${Math.round(share * 100)} %`);
  const comparison = summary.find(({ configuration }) => configuration === cell.configuration)?.comparison;
  const times = (ratio: Interval | undefined) => (ratio === undefined ? notMeasured : `${ratio.median.toFixed(2)}×`);
  return [
    state === 'ok' ? cell.configuration : `${cell.configuration} (${state})`,
    mib(phases.baseline?.rssBytes),
    mib(phases.loaded?.rssBytes),
    mib(phases.collected?.rssBytes),
    mib(phases.settled?.rssBytes),
    mib(phases.trimmed?.rssBytes),
    percent(returnedShare(cell, 'settled')),
    percent(returnedShareAfter(cell, 1000)),
    // A cell that settles in so long has it in `returned` already.
    percent(scenario.settleMs > fiveSecondsMs ? returnedShareAfter(cell, fiveSecondsMs) : undefined),
    mib(retainedBytes(cell)),
    mib(phases.loaded?.liveBytes),
    mib(phases.collected?.liveBytes),
    amount(cell.census?.inflaterBlocks),
    amount(cell.census?.inflaterObjects),
    cell.burstMs === undefined ? notMeasured : formatSeconds(cell.burstMs),
    times(comparison?.burstMsRatio),
    cpuMs === undefined ? notMeasured : formatSeconds(cpuMs),
    times(scenario.name === 'command' ? comparison?.burstCpuRatio : undefined),
    amount(faults),
  ];
}

/** The reproducer's table is about memory, and wide enough; the result file has what it used. */
function useOf(cell: Cell, figure: 'cpuMs' | 'minorFaults'): number | undefined {
  return cell.scenario.name === 'command' ? burstUse(cell, figure) : undefined;
}

/** Says the unit and the terms of the table. */
export function tableNote(result: ResultFile): string {
  const used = isCommand(result) ? ' CPU and page faults are the program’s during the burst.' : '';
  const terms = `Sizes in MiB. returned = (loaded − settled) / (loaded − baseline); live = bytes asked for and not freed; retained = growth of native RSS until settled that live does not explain.${used}`;
  if (!isRepeated(result)) return terms;
  return `Medians with 95 % bootstrap intervals; ${terms} Differences and ratios are paired by block with the reference.`;
}
