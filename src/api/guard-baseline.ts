import { baselineCautions, baselineCells, type Planned, whyNoBaseline } from '../experiment/baseline.ts';
import { OffheapError } from '../model/errors.ts';
import type { GuardReport, Regression } from '../model/guard.ts';
import { present } from '../model/present.ts';
import type { Cell, ResultFile } from '../model/result.ts';
import { culpritOf } from '../stats/culprit.ts';
import { judgeRegressions, type RegressionLimits, unjudgedMetrics } from '../stats/regression.ts';

interface GivenLimits {
  maxRegression?: number | undefined;
  maxRegressionOf?: Readonly<Record<string, number>> | undefined;
}

/** @throws TypeError where there is nothing to be kept to, or a limit without what it is a share of */
export function toLimits(
  { maxRegression, maxRegressionOf = {} }: GivenLimits,
  { hasBaseline, hasBounds }: { hasBaseline: boolean; hasBounds: boolean },
): RegressionLimits {
  const hasLimit = maxRegression !== undefined || Object.keys(maxRegressionOf).length > 0;
  if (hasLimit !== hasBaseline)
    throw new TypeError('Expected options to have both baseline and maxRegression or maxRegressionOf, or none of them.');
  if (!hasBaseline && !hasBounds) throw new TypeError('Expected options to have bounds or a baseline.');
  return { all: maxRegression, named: maxRegressionOf };
}

/** @throws OffheapError USAGE for a result that is no baseline of what is to be run */
export function requireBaseline(baseline: ResultFile, planned: Planned): void {
  const reason = whyNoBaseline(baseline, planned);
  if (reason === undefined) return;
  throw new OffheapError(
    'USAGE',
    `Expected --baseline to be a result of the same plan, but ${reason}. Make one by this command with --results=FILE, or change what differs.`,
  );
}

/** Of runs that are not all ok nothing is compared. */
export function compareWith(
  baseline: ResultFile,
  result: ResultFile,
  limits: RegressionLimits,
): Required<Pick<GuardReport, 'baseline' | 'regressions'>> {
  const { cells } = result;
  const configuration = cells[0]?.configuration ?? '';
  const before = baselineCells(baseline, configuration);
  const isOk = cells.every(({ state }) => state === 'ok');
  const unjudged = isOk ? unjudgedMetrics(cells, limits) : [];
  return {
    baseline: {
      startedAt: baseline.startedAt,
      runs: before.length,
      cautions: [
        ...baselineCautions(baseline, result, configuration),
        ...unjudged.map((name) => `${name} is not compared: nothing says which way is better (@metric ${name}=… better=lower).`),
      ],
    },
    regressions: isOk ? judgeRegressions(cells, before, limits).map((regression) => withCulprit(regression, cells)) : [],
  };
}

/** By the run that the doctor has looked at. */
function withCulprit(regression: Regression, cells: readonly Cell[]): Regression {
  const { quantity, isMetric, state, measured } = regression;
  const cell = cells.find(({ look }) => look !== undefined) ?? cells[0];
  if (!cell || state !== 'broken' || isMetric || measured === undefined) return regression;
  return { ...regression, ...present('culprit', culpritOf(cell, quantity, measured.median)) };
}
