/** Processor time that may be spent ahead, so that a new process need not wait for its first look. */
const burstMs = 1000;

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
  async spend<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = process.cpuUsage();
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.#creditMs -= (user + system) / 1000;
    }
  }

  /** How long to wait until there is credit; 0 when there is some. */
  waitMs(): number {
    const now = performance.now();
    this.#creditMs = Math.min(this.#burstMs, this.#creditMs + (now - this.#earnedAt) * this.#share);
    this.#earnedAt = now;
    return this.#creditMs > 0 ? 0 : -this.#creditMs / this.#share;
  }
}
