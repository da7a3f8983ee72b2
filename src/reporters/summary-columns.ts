import type { Compared, ConfigurationSummary, Decision, Interval } from '../model/result.ts';
import { formatFigure, formatMiB, formatPercent, formatRatio, formatSeconds } from '../model/units.ts';
import { type Column, left, notMeasured, right } from './columns.ts';
import type { ResultNames } from './result-names.ts';

/** Of a table of repeated configurations: median of each figure, and the interval of those that are compared. */
export function summaryColumns(
  { isCommand, load, compared, metrics }: ResultNames,
  decision?: Decision,
): Column<ConfigurationSummary>[] {
  return [
    left(compared, ({ configuration }) => configuration),
    right('ok', ({ okCells, cells }) => `${okCells}/${cells}`, 4),
    right('settled', ({ figures }) => withInterval(figures.settledBytes, formatMiB)),
    right('returned', ({ figures }) => median(figures.returned, formatPercent)),
    right('returned 1 s', ({ figures }) => median(figures.returnedAfter1S, formatPercent), 8),
    right('returned 5 s', ({ figures }) => median(figures.returnedAfter5S, formatPercent), 9),
    right('half-life', ({ figures }) => median(figures.returnHalfLifeMs, (ms) => `${Math.round(ms)} ms`), 7),
    right('retained', ({ figures }) => median(figures.retainedBytes, formatMiB), 2),
    right(load, ({ figures }) => median(figures.burstMs, formatSeconds), 3),
    right('settled − reference', ({ comparison }) => withBounds(comparison?.settledDifferenceBytes, formatMiB)),
    right(`${load} ratio`, ({ comparison }) => withBounds(comparison?.burstMsRatio, formatRatio), 1),
    ...(isCommand ? useColumns : []),
    right('verdict', (summary) => verdictOf(summary, decision)),
    ...metrics.map((name) => right<ConfigurationSummary>(name, (summary) => metricMedian(summary, name))),
  ];
}

const useColumns: Column<ConfigurationSummary>[] = [
  right('CPU ratio', ({ comparison }) => withBounds(comparison?.burstCpuRatio, formatRatio), 5),
  right('page faults', ({ figures }) => median(figures.burstMinorFaults, formatFigure), 6),
];

/** Without its interval, which the result file has: a table must fit a terminal. */
function median(interval: Interval | undefined, format: (value: number) => string): string {
  return interval ? format(interval.median) : notMeasured;
}

function withInterval(interval: Interval | undefined, format: (value: number) => string): string {
  if (!interval) return notMeasured;
  const [middle, low, high] = [interval.median, interval.low, interval.high].map(format);
  return low === high ? `${middle}` : `${middle} [${low}, ${high}]`;
}

function withBounds(compared: Compared | undefined, format: (value: number) => string): string {
  if (!compared) return notMeasured;
  const { mean, low, high } = compared;
  return low === undefined || high === undefined ? format(mean) : `${format(mean)} [${format(low)}, ${format(high)}]`;
}

/** With its ratio to the reference, where there is one. */
function metricMedian({ metrics, comparison }: ConfigurationSummary, name: string): string {
  const [value, ratio] = [metrics?.[name]?.median, comparison?.metricRatios?.[name]?.mean];
  if (value === undefined) return notMeasured;
  return ratio === undefined ? formatFigure(value) : `${formatFigure(value)} (${formatRatio(ratio)})`;
}

/** What the recommendation has made of it: of settled RSS against the reference and, where that is smaller, of what it costs. */
function verdictOf({ configuration, comparison, outliers }: ConfigurationSummary, decision: Decision | undefined): string {
  const isChosen = decision?.state === 'change' && decision.configuration === configuration;
  const parts = [
    ...(isChosen ? ['recommended'] : comparison ? [comparison.verdict] : []),
    ...(comparison?.verdict === 'smaller' && !isChosen ? costOf(comparison) : []),
    ...(outliers.length > 0 ? [`outliers: repeats ${outliers.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : notMeasured;
}

function costOf({ costs }: NonNullable<ConfigurationSummary['comparison']>): string[] {
  if (costs.some(({ judgement }) => judgement === 'above')) return ['costs more'];
  return costs.some(({ judgement }) => judgement === 'undecided') ? ['cost undecided'] : [];
}
