import type { Cell, ConfigurationSummary, Decision, FigureName, Interval, ResultFile } from '../model/result.ts';
import { estimateMedian } from './bootstrap.ts';
import { returnedShareAfter, returnHalfLifeMs } from './curve.ts';
import { type DecisionOptions, decide } from './decide.ts';
import { metricsOf } from './metrics.ts';
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

/** Of files that do not say: only the first versions had none. */
const usualReference = 'glibc';

export interface RunSummary {
  /** One entry per configuration that has cells, in the order of the plan, compared with the reference when that is among them. */
  summary: ConfigurationSummary[];
  /** What they say together. */
  decision: Decision;
}

export function summariseRun(cells: readonly Cell[], options: DecisionOptions): RunSummary {
  const { comparisons, decision } = decide(cells, options);
  const summary = options.order.flatMap((key) => {
    const own = cells.filter((cell) => cell.configuration === key);
    const comparison = comparisons.get(key);
    return own.length > 0 ? [{ ...summariseConfiguration(key, own), ...(comparison ? { comparison } : {}) }] : [];
  });
  return { summary, decision };
}

/** A result of an earlier version, which compared in another way, with the comparisons and the decision of this one. */
export function withDecision(result: ResultFile): ResultFile {
  const { cells, plan, summary: known, decision } = result;
  if (decision) return result;
  const order = plan?.configurations.map(({ key }) => key) ?? known.map(({ configuration }) => configuration);
  return { ...result, ...summariseRun(cells, { order, reference: plan?.reference ?? usualReference }) };
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
  const entries = [...metricsOf(ok).keys()].flatMap((name) => {
    const estimate = estimateMedian(ok.flatMap((cell) => cell.metrics?.[name]?.value ?? []));
    return estimate ? [[name, estimate] as const] : [];
  });
  return Object.fromEntries(entries);
}
