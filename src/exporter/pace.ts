/** Processor time that may be spent ahead, so that a new process need not wait for its first look. */
const burstMs = 1000;
/** What one piece of work may take of the time that all share. What it uses beyond is its own debt: at 1 % of a core each 100 ms are 10 s in which nobody else is looked at. */
const commonMs = 250;
/** The part of the processor time that pays such debts; the rest is everybody's. */
const debtPart = 0.25;
/** What finding processes may use at most: on a host where many come and go it would be all that is done. */
const discoveryPart = 0.25;

export interface Spent<Result> {
  result: Result;
  usedMs: number;
  /** What it used beyond what comes out of the common time. */
  excessMs: number;
}

/** Bounds the processor time of work in the background: what was spent has to be earned at a share of one core before more is done. */
export class Pace {
  readonly #share: number;
  #creditMs: number;
  readonly #burstMs: number;
  #earnedAt = performance.now();

  /** `share` of one core, 0 to 1; `burst` in milliseconds. */
  constructor(share: number, burst = burstMs) {
    this.#share = share;
    this.#creditMs = burst;
    this.#burstMs = burst;
  }

  /** Runs the work and charges what this process used meanwhile, its native threads included, and what it did beside as well. */
  async spend<Result>(work: () => Promise<Result>): Promise<Spent<Result>> {
    const before = process.cpuUsage();
    try {
      const result = await work();
      return { result, ...this.#charge(before) };
    } catch (error) {
      this.#charge(before);
      throw error;
    }
  }

  /** How long to wait until there is credit; 0 when there is some. */
  waitMs(): number {
    const now = performance.now();
    this.#creditMs = Math.min(this.#burstMs, this.#creditMs + (now - this.#earnedAt) * this.#commonShare);
    this.#earnedAt = now;
    return this.#creditMs > 0 ? 0 : -this.#creditMs / this.#commonShare;
  }

  /** How long whoever caused an excess is left alone, so that all who do, `debtors` of them, use their part of the processor time together. */
  debtMs(excessMs: number, debtors: number): number {
    return (excessMs * Math.max(1, debtors)) / (this.#share * debtPart);
  }

  /** How long after a discovery that used so much the next one may begin; what it used beyond the common time is nobody's. */
  discoveryPauseMs(usedMs: number): number {
    return Math.min(commonMs, usedMs) / (this.#share * discoveryPart);
  }

  /** Returns what it was, and what of it is left to pay. */
  #charge(before: NodeJS.CpuUsage): Pick<Spent<unknown>, 'usedMs' | 'excessMs'> {
    const { user, system } = process.cpuUsage(before);
    const usedMs = (user + system) / 1000;
    this.#creditMs -= Math.min(commonMs, usedMs);
    return { usedMs, excessMs: Math.max(0, usedMs - commonMs) };
  }

  get #commonShare(): number {
    return this.#share * (1 - debtPart);
  }
}
