import type { Attempt, FitOfConfiguration } from '../model/fit.ts';

/** What is said with confidence is wrong once in twenty times at most. */
export const confidence = 0.95;

/**
 * The smallest share of all runs that survive which is compatible with `survived` of as many that did: the one-sided bound of Clopper and Pearson
 * (Biometrika 26, 1934) in its closed form for no failure, alpha^(1/n). For large n it is 1 - 3/n, the rule of three (Hanley and Lippman-Hand, JAMA 249, 1983).
 */
export function survivalAtLeast(survived: number): number {
  return survived === 0 ? 0 : (1 - confidence) ** (1 / survived);
}

/** How many runs have to survive, one after the other, so that at least this share of all does. */
export function runsToProve(share: number): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(share));
}

/** What stands between the limit that was found and one to ship. */
export interface Headroom {
  /** One step: the limit is no better known than that. */
  stepBytes: number;
  /** How far the peaks of the runs without a limit lay apart; undefined for one run. */
  spreadBytes: number | undefined;
  /** The larger of both, in whole steps. */
  bytes: number;
}

/**
 * Of two kinds of peaks those that lie closer together: each has an error of its own, which only adds to its spread. The cgroup's hold the page cache, which the
 * first run fills; those of RSS are sampled, and a short run may be missed at its peak.
 */
export function headroomOf({ attempts }: FitOfConfiguration, resolutionBytes: number): Headroom {
  const free = attempts.filter(({ limitBytes }) => limitBytes === undefined);
  const spreads = (['peakBytes', 'peakRssBytes'] as const).flatMap(
    (name) => spreadOf(free.flatMap((attempt) => attempt[name] ?? [])) ?? [],
  );
  const spreadBytes = spreads.length === 0 ? undefined : Math.min(...spreads);
  const steps = Math.max(1, Math.ceil((spreadBytes ?? 0) / resolutionBytes));
  return { stepBytes: resolutionBytes, spreadBytes, bytes: steps * resolutionBytes };
}

function spreadOf(values: readonly number[]): number | undefined {
  return values.length < 2 ? undefined : Math.max(...values) - Math.min(...values);
}

export type NextConfirmation =
  | { kind: 'try'; limitBytes: number }
  /** All attempts at it survived. */
  | { kind: 'confirmed'; limitBytes: number }
  /** It was raised so often that something else is wrong. */
  | { kind: 'none' };

/** Headroom is doubled so often, before it is given up. */
const maxRaises = 4;

/**
 * Where to try next whether a limit to ship is survived: at the limit that was found with its headroom, and with twice as much after each at which an attempt
 * did not survive. Attempts at the limit itself do not count: the search stopped there because they survived.
 */
export function nextConfirmation(
  attempts: readonly Attempt[],
  {
    limitBytes,
    headroomBytes,
    ceilingBytes,
    runs,
  }: { limitBytes: number; headroomBytes: number; ceilingBytes: number; runs: number },
): NextConfirmation {
  for (let raise = 0; raise <= maxRaises; raise++) {
    const tried = limitBytes + headroomBytes * 2 ** raise;
    if (tried > ceilingBytes) break;
    const made = attempts.filter((attempt) => attempt.limitBytes === tried && attempt.isConfirmation === true);
    if (made.some(({ outcome }) => outcome !== 'survived')) continue;
    return { kind: made.length < runs ? 'try' : 'confirmed', limitBytes: tried };
  }
  return { kind: 'none' };
}

/** Confirming attempts that survived at the limit to ship. */
export function confirmedRuns({ attempts, shipBytes }: FitOfConfiguration): number {
  return attempts.filter(
    ({ limitBytes, isConfirmation, outcome }) => isConfirmation && limitBytes === shipBytes && outcome === 'survived',
  ).length;
}
