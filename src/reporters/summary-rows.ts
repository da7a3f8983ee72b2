import type { Comparison, ConfigurationSummary, Interval } from '../model/result.ts';
import { formatFigure, formatMiB, formatSeconds } from '../model/units.ts';

/** The columns of a table of repeated configurations. */
export const summaryColumns = [
  'configuration',
  'ok',
  'settled',
  'returned',
  'returned 1 s',
  'returned 5 s',
  'half-life',
  'retained',
  'scan',
  'settled − reference',
  'scan ratio',
  'CPU ratio',
  'page faults',
  'verdict',
];

/** What stands in a table where nothing was measured. */
export const notMeasured = '–';

/** Median of each figure, and the interval of those that are compared; verdicts are of settled RSS against the reference. */
export function summaryRow(
  { configuration, cells, okCells, figures, comparison, outliers }: ConfigurationSummary,
  isCommand: boolean,
): string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    configuration,
    `${okCells}/${cells}`,
    withInterval(figures.settledBytes, formatMiB),
    median(figures.returned, percent),
    median(figures.returnedAfter1S, percent),
    median(figures.returnedAfter5S, percent),
    median(figures.returnHalfLifeMs, (ms) => `${Math.round(ms)} ms`),
    median(figures.retainedBytes, formatMiB),
    median(figures.burstMs, formatSeconds),
    withInterval(comparison?.settledDifferenceBytes, formatMiB),
    withInterval(comparison?.burstMsRatio, (ratio) => `${ratio.toFixed(2)}×`),
    isCommand ? median(comparison?.burstCpuRatio, (ratio) => `${ratio.toFixed(2)}×`) : notMeasured,
    isCommand ? median(figures.burstMinorFaults, formatFigure) : notMeasured,
    verdictOf(comparison, outliers),
  ];
}

/** Without its interval, which the result file has: a table must fit a terminal. */
function median(interval: Interval | undefined, format: (value: number) => string): string {
  return interval ? format(interval.median) : notMeasured;
}

function withInterval(interval: Interval | undefined, format: (value: number) => string): string {
  if (!interval) return notMeasured;
  const [middle, low, high] = [interval.median, interval.low, interval.high].map(format);
  return low === high ? `${middle}` : `${middle} [${low}, ${high}]`;
}

function verdictOf(comparison: Comparison | undefined, outliers: readonly number[]): string {
  const told = outliers.length > 0 ? `; outliers: repeats ${outliers.join(', ')}` : '';
  return comparison ? `${comparison.verdict}${told}` : told.replace('; ', '') || notMeasured;
}
