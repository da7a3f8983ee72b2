import { z } from 'zod';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { OffheapError } from '../model/errors.ts';
import type { Bound, BoundVerdict, GuardReport } from '../model/guard.ts';
import { present } from '../model/present.ts';
import { type QuantityName, quantities } from '../model/quantities.ts';
import type { Cell, Notice, ResultFile } from '../model/result.ts';
import { culpritOf } from '../stats/culprit.ts';
import { judgeBound } from '../stats/quantities.ts';
import { checkArgument, parseArgument } from './arguments.ts';
import { runMatrix } from './matrix.ts';
import { defaultTimeoutMs, programOptions, resolveCommandJdk, toScenario } from './program.ts';

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
  /** What is to be kept to. */
  bounds: z.array(bound).min(1),
  /** The configuration that the program runs under, as `--allocator` has it. Default `glibc`. */
  configuration: z.string().optional(),
});

/** What `guard` runs, and what that has to keep to. Times are in milliseconds. */
export type GuardOptions = z.input<typeof guardOptions>;

/** What became of the bounds. */
export interface GuardOutcome {
  /**
   * `kept`: every bound. `broken`: at least one is not. `unknown`: none is seen to be broken, but one could not be checked, or the program failed; `report` says why.
   */
  outcome: 'kept' | 'broken' | 'unknown';
  /** The bounds that are not kept, with what was measured. */
  broken: BoundVerdict[];
  /** The verdict on each bound: the object that `offheap guard --format=json` prints. */
  report: GuardReport;
  /** All that was measured. */
  result: ResultFile;
}

/**
 * Takes a program through its phases as `compare` does, once, under one configuration, and tells which bounds its memory keeps to.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError MISSING_TOOL or MISSING_FILE where nothing can be run
 * @throws the reason of `signal` when that ends the program before it was measured
 */
export async function guard(options: GuardOptions): Promise<GuardOutcome> {
  const { bounds, configuration = 'glibc', ...checked } = checkArgument('options', options, guardOptions);
  const judged = bounds.map(toBound);
  const configurations = parseArgument({ '--allocator': 'options.configuration' }, () => parseConfigurations(configuration));
  if (configurations.length !== 1)
    throw new TypeError('Expected options.configuration to be one configuration; compare runs several.');
  const { command, meter = true, doctor = true, timeoutMs = defaultTimeoutMs, signal, onProgress, onResult } = checked;
  const result = await runMatrix({
    ...{ configurations, meter, doctor, timeoutMs, signal, onProgress, onResult },
    ...{ repeats: 1, seed: 0, reference: configurations[0]?.key ?? '', census: false, stacks: false, resumed: undefined },
    scenario: toScenario(checked),
    jdk: await resolveCommandJdk(command),
  });
  const [cell] = result.cells;
  if (!result.complete) signal?.throwIfAborted();
  if (!cell) throw new OffheapError('CHILD_FAILED', 'The program was not run.');
  const report = judge(cell, judged, command, result.notices);
  return { outcome: outcomeOf(report), broken: report.verdicts.filter(({ state }) => state === 'broken'), report, result };
}

function toBound(given: GuardBound): Bound {
  const { max, min } = given;
  if ((max === undefined) === (min === undefined))
    throw new TypeError('Expected a bound of options.bounds to have max or min, and not both.');
  const limit = max === undefined ? { kind: 'min' as const, limit: min ?? 0 } : { kind: 'max' as const, limit: max };
  if ('metric' in given) return { quantity: given.metric, isMetric: true, unit: 'count', ...limit };
  return { quantity: given.quantity, isMetric: false, unit: quantities[given.quantity].unit, ...limit };
}

function judge(cell: Cell, bounds: readonly Bound[], command: readonly string[], notices: readonly Notice[] = []): GuardReport {
  const { configuration, state, reason } = cell;
  const verdicts = state === 'ok' ? bounds.map((wanted) => withCulprit(judgeBound(cell, wanted), cell)) : [];
  return {
    schemaVersion: 1,
    configuration,
    command: [...command],
    state,
    ...(reason === undefined ? {} : { reason }),
    verdicts,
    ...(notices.length > 0 ? { notices: [...notices] } : {}),
  };
}

function withCulprit(verdict: BoundVerdict, cell: Cell): BoundVerdict {
  const { bound, state, measured } = verdict;
  if (state !== 'broken' || bound.isMetric || measured === undefined) return verdict;
  return { ...verdict, ...present('culprit', culpritOf(cell, bound.quantity, measured)) };
}

function outcomeOf({ state, verdicts }: GuardReport): GuardOutcome['outcome'] {
  if (verdicts.some((verdict) => verdict.state === 'broken')) return 'broken';
  return state === 'ok' && verdicts.every((verdict) => verdict.state === 'kept') ? 'kept' : 'unknown';
}
