import { totalmem } from 'node:os';
import type { Attempt, FitOfConfiguration } from '../model/fit.ts';
import type { Pin } from '../model/pin.ts';
import { formatMiB } from '../model/units.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { unlimited } from '../stats/fit-figures.ts';
import { flagsOf, unlimitedJvm } from '../stats/jvm-choice.ts';
import { nextLimit, type TriedLimit } from '../stats/limit-search.ts';
import { type AttemptOptions, runAttempt } from './attempt.ts';
import type { PlannedCell } from './planned-cell.ts';

export interface SearchOptions extends Omit<AttemptOptions, 'onPhase' | 'onHold' | 'sampleIntervalMs'> {
  /** Attempts at each limit. */
  repeats: number;
  resolutionBytes: number;
  maxSlowdown: number;
  /** What of the JVM without a limit is kept at each limit; undefined: it chooses anew. */
  pinJvm: Pin | undefined;
  /** Called before every attempt. */
  onAttempt: (configuration: string, limitBytes: number | undefined, position: { attempt: number; repeats: number }) => void;
}

/** 20 Hz: for the peak without a limit; the cgroup counts its own. */
const sampleIntervalMs = 50;
/** Starting a process takes its time whatever it does. */
const leastTimeoutMs = 5000;

/** The search for the limit of one configuration. Attempts that are there already, of a run that was interrupted, are not made again. */
export class LimitSearch {
  readonly #planned: PlannedCell;
  readonly #fit: FitOfConfiguration;
  readonly #options: SearchOptions;
  readonly #save: () => Promise<void>;

  /** @param save is called after every attempt, which is then in `fit`. */
  constructor(planned: PlannedCell, fit: FitOfConfiguration, options: SearchOptions, save: () => Promise<void>) {
    this.#planned = planned;
    this.#fit = fit;
    this.#options = options;
    this.#save = save;
  }

  /** False when it was interrupted. */
  async run(): Promise<boolean> {
    const { resolutionBytes, maxSlowdown, pinJvm } = this.#options;
    const survivedUnlimited = await this.#tryLimit(undefined, this.#options.timeoutMs);
    if (survivedUnlimited === undefined) return false;
    if (!survivedUnlimited) return true;
    if (pinJvm !== undefined && !(await this.#pin(pinJvm))) return true;
    const { peakBytes, peakRssBytes, wallMs } = unlimited(this.#fit);
    const bounds = { resolutionBytes, startBytes: peakBytes ?? peakRssBytes ?? resolutionBytes, ceilingBytes: ceiling() };
    const timeoutMs = Math.min(this.#options.timeoutMs, Math.max(leastTimeoutMs, (wallMs ?? 0) * maxSlowdown));
    const tried: TriedLimit[] = [];
    for (;;) {
      const next = nextLimit(tried, bounds);
      if (next.kind === 'none') return this.#unfit();
      if (next.kind === 'found') {
        this.#fit.state = 'found';
        this.#fit.limitBytes = next.limitBytes;
        if (next.largestTooSmallBytes !== undefined) this.#fit.tooSmallBytes = next.largestTooSmallBytes;
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
    for (let count = 1; count <= this.#options.repeats; count++) {
      const attempt = known[count - 1] ?? (await this.#attempt(limitBytes, count, timeoutMs));
      if (!attempt) return undefined;
      if (attempt.outcome !== 'survived') return false;
    }
    return true;
  }

  async #attempt(limitBytes: number | undefined, count: number, timeoutMs: number): Promise<Attempt | undefined> {
    const { onAttempt, repeats } = this.#options;
    onAttempt(this.#fit.configuration, limitBytes, { attempt: count, repeats });
    const isLimited = limitBytes !== undefined;
    const planned = { ...(isLimited ? this.#pinned() : this.#planned), attach: !isLimited && count === 1 };
    const options = { ...this.#options, timeoutMs, sampleIntervalMs, onPhase: () => {}, onHold: () => {} };
    const finished = await runAttempt(planned, limitBytes, options);
    if (!finished) return undefined;
    const { attempt, cell } = finished;
    // What could not be tried here was not attempted.
    if (cell.state !== 'skipped') this.#fit.attempts.push(attempt);
    if (limitBytes === undefined && attempt.outcome !== 'survived') {
      this.#fit.state = cell.state === 'skipped' ? 'skipped' : 'failed';
      this.#fit.reason = `${attempt.reason ?? ''}${ofOuterLimit(attempt)}`;
    }
    await this.#save();
    return attempt;
  }

  /** Whether it is known what to keep of the JVM. */
  async #pin(pin: Pin): Promise<boolean> {
    const jvm = unlimitedJvm(this.#fit);
    const flags = jvm && flagsOf(jvm, pin);
    if (flags) this.#fit.pinnedFlags = flags;
    else {
      this.#fit.state = 'failed';
      this.#fit.reason = jvm
        ? `--pin-jvm has no flag for its collector, ${jvm.collector}.`
        : 'Expected a JVM for --pin-jvm, found none by its counters (-XX:-UsePerfData and -XX:+PerfDisableSharedMem switch them off). Leave --pin-jvm out.';
      await this.#save();
    }
    return flags !== undefined;
  }

  /** As the JVM without a limit was, where that is kept. The program's own flags come later, and win. */
  #pinned(): PlannedCell {
    const { configuration } = this.#planned;
    const jvmFlags = [...(this.#fit.pinnedFlags ?? []), ...configuration.jvmFlags];
    return { ...this.#planned, configuration: { ...configuration, jvmFlags } };
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
