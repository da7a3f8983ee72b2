import { z } from 'zod';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { settingsOf } from '../experiment/planned-cell.ts';
import { OffheapError } from '../model/errors.ts';
import type { Bound, BoundVerdict, GuardReport, Regression } from '../model/guard.ts';
import { present } from '../model/present.ts';
import { type QuantityName, quantities } from '../model/quantities.ts';
import { type Cell, type ResultFile, resultFile } from '../model/result.ts';
import { culpritOf } from '../stats/culprit.ts';
import { describeFailure } from '../stats/failure-account.ts';
import { judgeBoundOver } from '../stats/quantities.ts';
import { checkArgument, parseArgument } from './arguments.ts';
import { compareWith, requireBaseline, toLimits } from './guard-baseline.ts';
import { runMatrix } from './matrix.ts';
import { defaultTimeoutMs, programOptions, resolveCommandJdk, toScenario } from './program.ts';

export const mostGuardRepeats = 100;
const share = z.number().positive().max(100);
const limits = { max: z.number().optional(), min: z.number().optional() };
const quantityNames = Object.keys(quantities) as [QuantityName, ...QuantityName[]];

const bound = z.union([
  z.strictObject({
    /** What is measured; docs/compare.md has the list. Its limits are in bytes, bytes per minute (`growth`), milliseconds (`…-time`), a share of 0 to 1 (`returned`) or a count. */
    quantity: z.enum(quantityNames),
    ...limits,
  }),
  z.strictObject({
    /** A figure that the program or its load prints, as `@metric NAME=VALUE`. */
    metric: z.string().min(1),
    ...limits,
  }),
]);

/** What is to be kept to: `{ quantity: 'settled', max: 500 * 2 ** 20 }`. A limit that is met exactly is kept. */
export type GuardBound = z.input<typeof bound>;

const guardOptions = programOptions.extend({
  /** What is to be kept to. Optional where there is a `baseline`. */
  bounds: z.array(bound).min(1).optional(),
  /** An earlier result of `guard` or `compare`: quantities may not be worse than in it by more than `maxRegression`. */
  baseline: resultFile.optional(),
  /** How much worse, as a share such as 0.05: of `settled`, `retained`, `live`, `peak`, `load-time`, `cpu-time` and metrics that say which way is better. */
  maxRegression: share.optional(),
  /** The same by the name of a quantity or metric: before `maxRegression`, or without it only of these. */
  maxRegressionOf: z.record(z.string(), share).optional(),
  /** How often the program is run. A bound is on the median; a difference from the baseline is decided by its interval. Default 1. */
  repeats: z.int().min(1).max(mostGuardRepeats).optional(),
  /** The configuration that the program runs under, as `--allocator` has it. Default `glibc`. */
  configuration: z.string().optional(),
});

/** What `guard` runs, and what that has to keep to. Times are in milliseconds. */
export type GuardOptions = Omit<z.input<typeof guardOptions>, 'baseline'> & {
  /** An earlier result of `guard` or `compare`: quantities may not be worse than in it by more than `maxRegression`. */
  baseline?: ResultFile | undefined;
};

/** What became of the bounds. */
export interface GuardOutcome {
  /**
   * `kept`: every bound. `broken`: at least one is not. `unknown`: none is seen to be broken, but one could not be checked or decided, or the program failed; `report` says why.
   */
  outcome: 'kept' | 'broken' | 'unknown';
  /** The bounds that are not kept, with what was measured. */
  broken: BoundVerdict[];
  /** What became worse than in the baseline by more than is allowed. */
  regressions: Regression[];
  /** The verdict on each bound: the object that `offheap guard --format=json` prints. */
  report: GuardReport;
  /** All that was measured. */
  result: ResultFile;
}

/**
 * Takes a program through its phases as `compare` does, under one configuration, and tells which bounds its memory keeps to, and what is worse than in an
 * earlier result.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError USAGE where `baseline` cannot be compared
 * @throws OffheapError MISSING_TOOL or MISSING_FILE where nothing can be run
 * @throws the reason of `signal` when that ends the program before it was measured
 */
export async function guard(options: GuardOptions): Promise<GuardOutcome> {
  const { bounds = [], configuration = 'glibc', baseline, ...checked } = checkArgument('options', options, guardOptions);
  const limits = toLimits(checked, { hasBaseline: baseline !== undefined, hasBounds: bounds.length > 0 });
  const judged = bounds.map(toBound);
  const configurations = parseArgument({ '--allocator': 'options.configuration' }, () => parseConfigurations(configuration));
  if (configurations.length !== 1)
    throw new TypeError('Expected options.configuration to be one configuration; compare runs several.');
  const { command, meter = true, doctor = true, repeats = 1, timeoutMs = defaultTimeoutMs, signal, onProgress, onResult } = checked;
  const scenario = toScenario(checked);
  const [under] = configurations;
  if (baseline && under)
    requireBaseline(baseline, { scenario, meter, configuration: { key: under.key, settings: settingsOf(under) } });
  const result = await runMatrix({
    ...{ configurations, scenario, meter, doctor, repeats, timeoutMs, signal, onProgress, onResult },
    ...{ seed: 0, reference: configurations[0]?.key ?? '', census: false, stacks: false, resumed: undefined },
    jdk: await resolveCommandJdk(command),
  });
  if (!result.complete) signal?.throwIfAborted();
  const report: GuardReport = {
    ...judge(result, judged, command),
    ...(baseline ? compareWith(baseline, result, limits) : {}),
  };
  return {
    outcome: outcomeOf(report),
    broken: report.verdicts.filter(({ state }) => state === 'broken'),
    regressions: (report.regressions ?? []).filter(({ state }) => state === 'broken'),
    report,
    result,
  };
}

function toBound(given: GuardBound): Bound {
  const { max, min } = given;
  if ((max === undefined) === (min === undefined))
    throw new TypeError('Expected a bound of options.bounds to have max or min, and not both.');
  const limit = max === undefined ? { kind: 'min' as const, limit: min ?? 0 } : { kind: 'max' as const, limit: max };
  if ('metric' in given) return { quantity: given.metric, isMetric: true, unit: 'count', ...limit };
  return { quantity: given.quantity, isMetric: false, unit: quantities[given.quantity].unit, ...limit };
}

function judge({ cells, notices = [] }: ResultFile, bounds: readonly Bound[], command: readonly string[]): GuardReport {
  const failed = cells.find(({ state }) => state !== 'ok');
  const cell = failed ?? cells[0];
  if (!cell) throw new OffheapError('CHILD_FAILED', 'The program was not run.');
  const { configuration, state, reason, repeat } = cell;
  const which = reason === undefined ? undefined : cells.length === 1 ? reason : `Run ${repeat} of ${cells.length}: ${reason}`;
  const looked = cells.find(({ look }) => look !== undefined) ?? cell;
  return {
    ...{ schemaVersion: 1, configuration, command: [...command], state },
    ...(cells.length > 1 ? { repeats: cells.length } : {}),
    ...present('reason', which),
    ...present('lastSeen', describeFailure(cell)),
    verdicts: failed ? [] : bounds.map((wanted) => withCulprit(judgeBoundOver(cells, wanted), looked)),
    ...(notices.length > 0 ? { notices } : {}),
  };
}

/** @param cell the run that the doctor has looked at. */
function withCulprit(verdict: BoundVerdict, cell: Cell): BoundVerdict {
  const { bound, state, measured } = verdict;
  if (state !== 'broken' || bound.isMetric || measured === undefined) return verdict;
  return { ...verdict, ...present('culprit', culpritOf(cell, bound.quantity, measured)) };
}

function outcomeOf({ state, verdicts, regressions = [] }: GuardReport): GuardOutcome['outcome'] {
  const states = [...verdicts, ...regressions].map((verdict) => verdict.state);
  if (states.includes('broken')) return 'broken';
  return state === 'ok' && states.every((one) => one === 'kept') ? 'kept' : 'unknown';
}
