import { median } from 'simple-statistics';
import type { Rung, Standing } from '../model/explore.ts';

/**
 * Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016): all settings are run a little,
 * the better third is run three times as often, and so on. What one run tells wrongly of a setting far from the best costs little; near the best, more runs tell.
 */
const eta = 3;
/** So many are left to a proper comparison. */
const mostFinalists = 3;
/** A setting with which the burst takes so many times as long as with the reference is none to ship, whatever it saves. */
export const tooSlow = 2;

/** What one run of a setting gave. */
export interface Run {
  settledBytes: number;
  burstMs: number | undefined;
}

/** What is known of a setting. */
export interface Tried {
  key: string;
  runs: readonly Run[];
  /** Why a run of it did not go well. */
  failure: string | undefined;
}

/** Runs of all rungs that begin with so many settings, and the reference beside them. */
export function runsOf(settings: number): number {
  let total = 0;
  let made = 0;
  for (let [left, wanted] = [settings, 1]; ; [left, wanted] = [Math.max(mostFinalists, Math.ceil(left / eta)), wanted * eta]) {
    total += (left + 1) * (wanted - made);
    made = wanted;
    if (left <= mostFinalists) return total;
  }
}

/** How many settings a budget of runs is for, at least as many as are left in the end; no more than there are. */
export function affordable(runs: number, settings: number): number {
  for (let count = settings; count > mostFinalists; count--) if (runsOf(count) <= runs) return count;
  return Math.min(settings, mostFinalists);
}

/** Ranks settings after a rung: those that go on, the smallest first, then the dropped ones with their reasons. The reference always goes on. */
export function rank(tried: readonly Tried[], reference: string): Standing[] {
  const slowest = (burstOf(tried.find(({ key }) => key === reference)) ?? Number.POSITIVE_INFINITY) * tooSlow;
  const standings = tried.map((one): Standing => {
    const settledBytes = medianOf(one.runs.map((run) => run.settledBytes));
    const burstMs = burstOf(one);
    const dropped =
      one.key === reference
        ? undefined
        : (one.failure ??
          ((burstMs ?? 0) > slowest ? `its burst took over ${tooSlow} times as long as that of ${reference}` : undefined));
    return {
      configuration: one.key,
      runs: one.runs.length,
      ...(settledBytes === undefined ? {} : { settledBytes }),
      ...(burstMs === undefined ? {} : { burstMs }),
      ...(dropped === undefined ? {} : { dropped }),
    };
  });
  const sizeOf = ({ settledBytes = Number.POSITIVE_INFINITY }: Standing) => settledBytes;
  const sorted = standings.sort((a, b) => sizeOf(a) - sizeOf(b) || 0);
  const others = sorted.filter(({ configuration, dropped }) => dropped === undefined && configuration !== reference);
  const kept = new Set(
    others.slice(0, Math.max(mostFinalists, Math.ceil(others.length / eta))).map(({ configuration }) => configuration),
  );
  return sorted.map((one) =>
    one.dropped === undefined && one.configuration !== reference && !kept.has(one.configuration)
      ? { ...one, dropped: 'others settled at less' }
      : one,
  );
}

/** What the next rung is after these: how often each setting that is left is run more. Undefined where the comparison should decide. */
export function nextRung(rungs: readonly Rung[]): { keys: string[]; repeats: number } | undefined {
  const last = rungs.at(-1);
  if (!last) return undefined;
  const keys = last.standings.flatMap(({ configuration, dropped }) => (dropped === undefined ? configuration : []));
  const made = rungs.reduce((sum, { repeats }) => sum + repeats, 0);
  const isLast = last.standings.length - 1 <= mostFinalists;
  return isLast || keys.length <= 1 ? undefined : { keys, repeats: made * (eta - 1) };
}

function burstOf(tried: Tried | undefined): number | undefined {
  return medianOf((tried?.runs ?? []).flatMap(({ burstMs }) => burstMs ?? []));
}

function medianOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median([...values]);
}
