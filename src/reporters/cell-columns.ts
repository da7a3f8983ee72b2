import type { Cell, Compared, Comparison, ResultFile } from '../model/result.ts';
import { formatFigure, formatMiB, formatPercent, formatRatio, formatSeconds } from '../model/units.ts';
import { returnedShareAfter } from '../stats/curve.ts';
import { burstUse, retainedBytes, returnedShare } from '../stats/returned.ts';
import { type Column, left, right, shown } from './columns.ts';
import type { ResultNames } from './result-names.ts';

const fiveSecondsMs = 5000;

/** Of a table with a row for each cell. Sizes are MiB. */
export function cellColumns({ summary }: ResultFile, { isCommand, load, compared, metrics }: ResultNames): Column<Cell>[] {
  const comparisons = new Map(summary.map(({ configuration, comparison }) => [configuration, comparison]));
  const ratio = (figure: (comparison: Comparison) => Compared | undefined) => (cell: Cell) => {
    const comparison = comparisons.get(cell.configuration);
    return shown(comparison && figure(comparison), ({ mean }) => formatRatio(mean));
  };
  return [
    left(compared, ({ configuration, state }) => (state === 'ok' ? configuration : `${configuration} (${state})`)),
    right('baseline', ({ phases }) => mib(phases.baseline?.rssBytes), 5),
    right('loaded', ({ phases }) => mib(phases.loaded?.rssBytes)),
    right('collected', ({ phases }) => mib(phases.collected?.rssBytes), 9),
    right('settled', ({ phases }) => mib(phases.settled?.rssBytes)),
    right('trimmed', ({ phases }) => mib(phases.trimmed?.rssBytes), 8),
    right('returned', (cell) => percent(returnedShare(cell, 'settled'))),
    right('returned 1 s', (cell) => percent(returnedShareAfter(cell, 1000)), 11),
    right('returned 5 s', returnedAfterFiveSeconds, 12),
    right('retained', (cell) => mib(retainedBytes(cell)), 2),
    right('live loaded', ({ phases }) => mib(phases.loaded?.liveBytes), 6),
    right('live collected', ({ phases }) => mib(phases.collected?.liveBytes), 4),
    right('zlib blocks', ({ census }) => shown(census?.inflaterBlocks, formatFigure), 10),
    right('Inflaters', ({ census }) => shown(census?.inflaterObjects, formatFigure), 10),
    right(load, ({ burstMs }) => shown(burstMs, formatSeconds), 3),
    right(
      `${load} ratio`,
      ratio(({ burstMsRatio }) => burstMsRatio),
      1,
    ),
    // The reproducer's table is about memory, and wide enough; the result file has what it used.
    ...(isCommand
      ? [
          right<Cell>('CPU', (cell) => shown(burstUse(cell, 'cpuMs'), formatSeconds), 7),
          right(
            'CPU ratio',
            ratio(({ burstCpuRatio }) => burstCpuRatio),
            7,
          ),
          right<Cell>('page faults', (cell) => shown(burstUse(cell, 'minorFaults'), formatFigure), 7),
        ]
      : []),
    ...metrics.map((name) => right<Cell>(name, (cell) => shown(cell.metrics?.[name]?.value, formatFigure))),
  ];
}

/** A cell that settles in so long has it in `returned` already. */
function returnedAfterFiveSeconds(cell: Cell): string {
  return percent(cell.scenario.settleMs > fiveSecondsMs ? returnedShareAfter(cell, fiveSecondsMs) : undefined);
}

function mib(bytes: number | undefined): string {
  return shown(bytes, formatMiB);
}

function percent(share: number | undefined): string {
  return shown(share, formatPercent);
}
