import type { Cell, ConfigurationSummary, FigureName, Interval } from '../model/result.ts';
import { estimateMedian } from './bootstrap.ts';
import { compareToReference } from './compare.ts';
import { returnedShareAfter, returnHalfLifeMs } from './curve.ts';
import { findOutliers } from './outliers.ts';
import { burstBytes, burstUse, retainedBytes, returnedShare } from './returned.ts';

const figures: Record<FigureName, (cell: Cell) => number | undefined> = {
  burstBytes,
  settledBytes: (cell) => cell.phases.settled?.rssBytes,
  returned: (cell) => returnedShare(cell, 'settled'),
  returnedAfterTrim: (cell) => returnedShare(cell, 'trimmed'),
  returnedAfter100Ms: (cell) => returnedShareAfter(cell, 100),
  returnedAfter1S: (cell) => returnedShareAfter(cell, 1000),
  returnedAfter5S: (cell) => returnedShareAfter(cell, 5000),
  returnedAfter10S: (cell) => returnedShareAfter(cell, 10_000),
  returnHalfLifeMs,
  retainedBytes,
  burstMs: (cell) => cell.burstMs,
  burstCpuMs: (cell) => burstUse(cell, 'cpuMs'),
  burstMinorFaults: (cell) => burstUse(cell, 'minorFaults'),
  burstMajorFaults: (cell) => burstUse(cell, 'majorFaults'),
};

/** One entry per configuration, in the order given; compared with the reference when that is among them. */
export function summariseConfigurations(
  cells: readonly Cell[],
  order: readonly string[],
  reference: string,
): ConfigurationSummary[] {
  const cellsOf = (key: string) => cells.filter((cell) => cell.configuration === key);
  return order
    .filter((key) => cellsOf(key).length > 0)
    .map((key) => {
      const comparison = key === reference ? undefined : compareToReference(cellsOf(key), cellsOf(reference), reference);
      return { ...summariseConfiguration(key, cellsOf(key)), ...(comparison ? { comparison } : {}) };
    });
}

function summariseConfiguration(configuration: string, cells: readonly Cell[]): ConfigurationSummary {
  const ok = cells.filter((cell) => cell.state === 'ok');
  const estimates = Object.entries(figures).flatMap(([name, figure]) => {
    const estimate = estimateMedian(ok.map(figure).filter((value) => value !== undefined));
    return estimate ? [[name, estimate]] : [];
  });
  const settled = ok.flatMap((cell) =>
    cell.phases.settled ? [{ repeat: cell.repeat, rssBytes: cell.phases.settled.rssBytes }] : [],
  );
  const outliers = findOutliers(settled.map(({ rssBytes }) => rssBytes)).map((index) => settled[index]?.repeat ?? 0);
  const metrics = summariseMetrics(ok);
  return {
    configuration,
    cells: cells.length,
    okCells: ok.length,
    figures: Object.fromEntries(estimates),
    ...(Object.keys(metrics).length > 0 ? { metrics } : {}),
    outliers,
  };
}

function summariseMetrics(ok: readonly Cell[]): Record<string, Interval> {
  const names = new Set(ok.flatMap((cell) => Object.keys(cell.metrics ?? {})));
  const entries = [...names].flatMap((name) => {
    const estimate = estimateMedian(ok.flatMap((cell) => cell.metrics?.[name]?.value ?? []));
    return estimate ? [[name, estimate] as const] : [];
  });
  return Object.fromEntries(entries);
}
