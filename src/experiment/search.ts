import { totalmem } from 'node:os';
import type { Attempt, FitOfConfiguration } from '../model/fit.ts';
import { formatMiB } from '../model/units.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { unlimited } from '../stats/fit-figures.ts';
import { nextLimit, type TriedLimit } from '../stats/limit-search.ts';
import { type AttemptContext, runAttempt } from './attempt.ts';
import type { CellPlan } from './plan.ts';

export interface SearchContext extends Omit<AttemptContext, 'onPhase' | 'onHold' | 'sampleIntervalMs'> {
  /** Attempts at each limit. */
  repeats: number;
  resolutionBytes: number;
  maxSlowdown: number;
  /** Called before every attempt. */
  onAttempt: (configuration: string, limitBytes: number | undefined, position: { attempt: number; repeats: number }) => void;
}

/** 20 Hz: for the peak without a limit; the cgroup counts its own. */
const sampleIntervalMs = 50;
/** Starting a process takes its time whatever it does. */
const leastTimeoutMs = 5000;

/** The search for the limit of one configuration. Attempts that are there already, of a run that was interrupted, are not made again. */
export class Search {
  readonly #plan: CellPlan;
  readonly #fit: FitOfConfiguration;
  readonly #request: SearchContext;
  readonly #keep: () => Promise<void>;

  constructor(plan: CellPlan, fit: FitOfConfiguration, request: SearchContext, keep: () => Promise<void>) {
    this.#plan = plan;
    this.#fit = fit;
    this.#request = request;
    this.#keep = keep;
  }

  /** False when it was interrupted. */
  async toEnd(): Promise<boolean> {
    const { resolutionBytes, maxSlowdown } = this.#request;
    const free = await this.#tryLimit(undefined, this.#request.timeoutMs);
    if (free === undefined) return false;
    if (!free) return true;
    const { peakBytes, peakRssBytes, wallMs } = unlimited(this.#fit);
    const bounds = { resolutionBytes, startBytes: peakBytes ?? peakRssBytes ?? resolutionBytes, ceilingBytes: ceiling() };
    const timeoutMs = Math.min(this.#request.timeoutMs, Math.max(leastTimeoutMs, (wallMs ?? 0) * maxSlowdown));
    const tried: TriedLimit[] = [];
    for (;;) {
      const next = nextLimit(tried, bounds);
      if (next.kind === 'none') return this.#unfit();
      if (next.kind === 'found') {
        const { limitBytes, largestTooSmallBytes } = next;
        const tooSmall = largestTooSmallBytes === undefined ? {} : { tooSmallBytes: largestTooSmallBytes };
        Object.assign(this.#fit, { state: 'found', limitBytes, ...tooSmall });
        return true;
      }
      const survived = await this.#tryLimit(next.limitBytes, timeoutMs);
      if (survived === undefined) return false;
      tried.push({ limitBytes: next.limitBytes, survived });
    }
  }

  /** Whether every attempt at a limit survives; one that does not decides. Undefined when it was interrupted. */
  async #tryLimit(limitBytes: number | undefined, timeoutMs: number): Promise<boolean | undefined> {
    const known = this.#fit.attempts.filter((attempt) => attempt.limitBytes === limitBytes);
    for (let count = 1; count <= this.#request.repeats; count++) {
      const attempt = known[count - 1] ?? (await this.#attempt(limitBytes, count, timeoutMs));
      if (!attempt) return undefined;
      if (attempt.outcome !== 'survived') return false;
    }
    return true;
  }

  async #attempt(limitBytes: number | undefined, count: number, timeoutMs: number): Promise<Attempt | undefined> {
    const { onAttempt, repeats } = this.#request;
    onAttempt(this.#fit.configuration, limitBytes, { attempt: count, repeats });
    const plan = { ...this.#plan, attach: limitBytes === undefined && count === 1 };
    const context = { ...this.#request, timeoutMs, sampleIntervalMs, onPhase: () => {}, onHold: () => {} };
    const tried = await runAttempt(plan, limitBytes, context);
    if (!tried) return undefined;
    const { attempt, cell } = tried;
    // What could not be tried here was not attempted.
    if (cell.state !== 'skipped') this.#fit.attempts.push(attempt);
    if (limitBytes === undefined && attempt.outcome !== 'survived') {
      const state = cell.state === 'skipped' ? 'skipped' : 'failed';
      Object.assign(this.#fit, { state, reason: `${attempt.reason ?? ''}${ofOuterLimit(attempt)}` });
    }
    await this.#keep();
    return attempt;
  }

  #unfit(): true {
    const last = this.#fit.attempts.at(-1)?.reason;
    this.#fit.state = 'unfit';
    this.#fit.reason = `No limit up to ${formatMiB(ceiling())} MiB is survived.${last === undefined ? '' : ` ${last}`}`;
    return true;
  }
}

/** Where offheap itself runs under a limit, that ends what has none of its own. */
function ofOuterLimit({ outcome }: Attempt): string {
  const outer = readMemoryCgroup()?.limitBytes;
  if (outcome !== 'oom-killed' || outer === undefined) return '';
  return ` offheap's own memory cgroup has a limit of ${formatMiB(outer)} MiB: run it where there is more.`;
}

/** All memory of this machine, or of the cgroup that offheap itself runs in. */
function ceiling(): number {
  return Math.min(totalmem(), readMemoryCgroup()?.limitBytes ?? Number.POSITIVE_INFINITY);
}
