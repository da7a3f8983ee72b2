/** When a process is told to give memory back. */
export interface TendRules {
  /** What it has to keep idle. */
  aboveBytes: number;
  /** For how long it has to. */
  keptForMs: number;
  /** Processor use, as a share of one core, below which it counts as idle. */
  idleBelowShare: number;
  /** Least time between two trims of one process. */
  everyMs: number;
  /** Of a trim, as it is expected. */
  maxPauseMs: number;
}

/** A process at one moment. */
export interface Moment {
  /** Of a clock that never goes back. */
  atMs: number;
  /** What a trim would give back, or the most that it could; undefined where that is not known. */
  keptBytes: number | undefined;
  /** Processor time since its start. */
  cpuMs: number;
}

/** Why a process is left alone: it keeps too little; not for long enough; it is at work; it was told lately, or in vain; a trim would take too long. Or it is `due`. */
export type KeepingState = 'little' | 'waiting' | 'busy' | 'resting' | 'long' | 'due';

/** What came of a trim, as far as the next one depends on it. */
export interface Returned {
  atMs: number;
  /** Undefined where nobody knew. */
  predictedBytes: number | undefined;
  rssBeforeBytes: number;
  rssAfterBytes: number;
}

/** A trim that gives back less of the prediction was for nothing, and one of which so much is there again a minute later. */
const usefulPart = 0.1;
/** How long after a trim RSS is read again. */
export const backWithinMs = 60_000;
const longestRestMs = 24 * 3_600_000;

/** What is remembered of one process, and what follows from it. Knows no clock and no process: it is told. */
export class Keeping {
  readonly #rules: TendRules;
  #last: Moment | undefined;
  #keptSinceMs: number | undefined;
  /** Of one core, between the last two moments. */
  #cpuShare = Number.POSITIVE_INFINITY;
  #trimmed: Returned | undefined;
  #useless = 0;
  #restsUntilMs = 0;

  constructor(rules: TendRules) {
    this.#rules = rules;
  }

  /** By the last moment. */
  get keptBytes(): number {
    return this.#last?.keptBytes ?? 0;
  }

  /** Until when it is left alone after a trim. */
  get restsUntilMs(): number {
    return this.#restsUntilMs;
  }

  see(moment: Moment): void {
    const { aboveBytes } = this.#rules;
    if (this.#last) this.#cpuShare = (moment.cpuMs - this.#last.cpuMs) / Math.max(1, moment.atMs - this.#last.atMs);
    this.#last = moment;
    if ((moment.keptBytes ?? 0) < aboveBytes) this.#keptSinceMs = undefined;
    else this.#keptSinceMs ??= moment.atMs;
  }

  /** @param expectedMs how long the trim would take; undefined where nobody has measured it */
  stateAt(atMs: number, expectedMs: number | undefined): KeepingState {
    const { keptForMs, idleBelowShare, maxPauseMs } = this.#rules;
    if (this.#keptSinceMs === undefined || !this.#last) return 'little';
    if (this.#last.atMs - this.#keptSinceMs < keptForMs) return 'waiting';
    if (this.#cpuShare >= idleBelowShare) return 'busy';
    if (this.#trimmed || atMs < this.#restsUntilMs) return 'resting';
    return (expectedMs ?? 0) > maxPauseMs ? 'long' : 'due';
  }

  /** When RSS is to be read again, to see whether a trim has lasted; undefined where no trim waits for that. */
  get checkAtMs(): number | undefined {
    return this.#trimmed && this.#trimmed.atMs + backWithinMs;
  }

  /** True: it gave back enough to be worth it, so far. */
  trimmed(returned: Returned): boolean {
    const { predictedBytes, rssBeforeBytes, rssAfterBytes } = returned;
    const returnedBytes = rssBeforeBytes - rssAfterBytes;
    const isUseful = returnedBytes >= usefulPart * (predictedBytes ?? this.#rules.aboveBytes);
    this.#keptSinceMs = undefined;
    if (isUseful) this.#trimmed = returned;
    this.rest(returned.atMs, isUseful);
    return isUseful;
  }

  /** A minute later. True: what was given back stays so. */
  checked(atMs: number, rssBytes: number): boolean {
    const before = this.#trimmed;
    if (!before) return true;
    this.#trimmed = undefined;
    const isBack = before.rssBeforeBytes - rssBytes <= usefulPart * (before.rssBeforeBytes - before.rssAfterBytes);
    if (!isBack) this.#useless = 0;
    this.rest(atMs, !isBack);
    return !isBack;
  }

  /** Not again for a while, which doubles each time that it was for nothing. */
  rest(fromMs: number, wasUseful: boolean): void {
    if (!wasUseful) this.#useless++;
    this.#restsUntilMs = fromMs + Math.min(longestRestMs, this.#rules.everyMs * 2 ** this.#useless);
  }
}
