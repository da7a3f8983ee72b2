/** Processor time that may be spent ahead, so that a new process need not wait for its first look. It is lent by the savings. */
const defaultBurstMs = 1000;
/** A look that takes no more than this is paid from the common time; of one that takes more, the savings pay the rest. */
export const cheapLookMs = 100;
/** The part of the processor time that is saved up for looks that cost more. */
const savingsPart = 0.25;
/** More is not saved up for one look, however much it is expected to cost. */
export const mostSavedMs = 5000;
/** What finding processes may use at most: on a host where many come and go it would be all that is done. */
const discoveryPart = 0.125;
/** A costly discovery, as the first on a busy host, does not keep the next one away for longer than this would. */
const mostOfDiscoveryMs = 250;
/** Looks have at least this part of the processor time, whatever else needs it: figures that are never renewed are worse than a bound that is missed. */
const leastLooksPart = 0.25;
/** Waking up costs something as well: who waited for the last millisecond would use it up by that, again and again. */
const wakingMs = 5;
/** Of what is owed no more is remembered. */
const mostOwedMs = 10_000;

/** What pays a look: the time that is everybody's, or what is saved up for those that cost much. */
export type Purse = 'common' | 'savings';

/**
 * Bounds the processor time of all that this process does, its native threads included: what was used, for whatever, has to be earned at a share of one core
 * before more looks are begun.
 */
export class Pace {
  readonly #share: number;
  readonly #burstMs: number;
  #commonMs: number;
  #savedMs: number;
  #settledAt = performance.now();
  #settledUseMs = processorMs();
  #lastLook = { endedAt: Number.NEGATIVE_INFINITY, usedMs: 0 };

  /** `share` of one core, 0 to 1. */
  constructor(share: number, burstMs = defaultBurstMs) {
    this.#share = share;
    this.#burstMs = burstMs;
    this.#commonMs = burstMs;
    this.#savedMs = -burstMs;
  }

  /** Runs a look, and returns what this process used meanwhile. Whatever is done beside looks needs no call: the common time pays it. */
  async look(purse: Purse, work: () => Promise<void>): Promise<number> {
    this.#settle();
    const beforeMs = this.#settledUseMs;
    try {
      await work();
    } finally {
      this.#settle();
      const usedMs = this.#settledUseMs - beforeMs;
      const ofSavingsMs = purse === 'savings' ? usedMs : Math.max(0, usedMs - cheapLookMs);
      this.#commonMs += ofSavingsMs;
      this.#savedMs -= ofSavingsMs;
      this.#lastLook = { endedAt: performance.now(), usedMs };
    }
    return this.#lastLook.usedMs;
  }

  /** How long to wait until the common time pays for a look that is expected to cost so much; 0 when it does. */
  waitMs(expectedMs: number): number {
    this.#settle();
    const missingMs = Math.min(expectedMs, this.#burstMs) - this.#commonMs;
    if (missingMs <= 0) return 0;
    const { endedAt, usedMs } = this.#lastLook;
    const untilEarnedMs = (missingMs + wakingMs) / (this.#share * (1 - savingsPart));
    const untilLeastMs = endedAt + usedMs / (this.#share * leastLooksPart) - performance.now();
    return Math.max(0, Math.min(untilEarnedMs, untilLeastMs));
  }

  /**
   * How long to wait until enough is saved up for a look that is expected to cost so much; 0 when it is. Where no look waits for the common time, that is lent.
   */
  saveMs(expectedMs: number, isCommonWanted: boolean): number {
    this.#settle();
    const lentMs = isCommonWanted ? Math.min(0, this.#commonMs) : this.#commonMs;
    const missingMs = Math.min(expectedMs, mostSavedMs) - this.#savedMs - lentMs;
    if (missingMs > 0) return (missingMs + wakingMs) / (isCommonWanted ? this.#share * savingsPart : this.#share);
    const neededMs = Math.max(0, Math.min(expectedMs - this.#savedMs, lentMs));
    this.#savedMs += neededMs;
    this.#commonMs -= neededMs;
    return 0;
  }

  /** How long after a discovery that used so much the next one may begin. */
  discoveryPauseMs(usedMs: number): number {
    return Math.min(mostOfDiscoveryMs, usedMs) / (this.#share * discoveryPart);
  }

  /** How long it takes to save so much: who expects to cost more waits longer. */
  savingTimeMs(expectedMs: number): number {
    return Math.min(expectedMs, mostSavedMs) / (this.#share * savingsPart);
  }

  /** Credits what was earned since the last time, and charges the common time with all that was used. */
  #settle(): void {
    const now = performance.now();
    const earnedMs = (now - this.#settledAt) * this.#share;
    this.#settledAt = now;
    const usedMs = processorMs() - this.#settledUseMs;
    this.#settledUseMs += usedMs;
    const commonMs = this.#commonMs + earnedMs * (1 - savingsPart) - usedMs;
    this.#commonMs = Math.max(-mostOwedMs, Math.min(this.#burstMs, commonMs));
    const leftOverMs = Math.max(0, commonMs - this.#burstMs);
    this.#savedMs = Math.min(mostSavedMs, this.#savedMs + earnedMs * savingsPart + leftOverMs);
  }
}

/** Of this process since it was started. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
