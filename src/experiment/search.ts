import { totalmem } from 'node:os';
import type { Attempt, FitOfConfiguration } from '../model/fit.ts';
import type { Pin } from '../model/pin.ts';
import { formatMiB } from '../model/units.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { unlimited } from '../stats/fit-figures.ts';
import { headroomOf, nextConfirmation } from '../stats/headroom.ts';
import { flagsOf, shippedFlags, unlimitedJvm } from '../stats/jvm-choice.ts';
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
  /** Attempts at the limit to ship, which the search has no part in; 0: none. */
  confirm: number;
  /** Called before every attempt. */
  onAttempt: (configuration: string, limitBytes: number | undefined, position: { attempt: number; repeats: number }) => void;
}

interface AttemptPlan {
  limitBytes: number | undefined;
  /** Which one of them it is, from 1. */
  count: number;
  timeoutMs: number;
  isConfirmation?: boolean;
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
        return this.#confirm(next.limitBytes, timeoutMs);
      }
      const survived = await this.#tryLimit(next.limitBytes, timeoutMs);
      if (survived === undefined) return false;
      tried.push({ limitBytes: next.limitBytes, survived });
    }
  }

  /** Whether every attempt at a limit survives; one that does not decides. Undefined when it was interrupted. */
  async #tryLimit(limitBytes: number | undefined, timeoutMs: number): Promise<boolean | undefined> {
    const known = this.#fit.attempts.filter((attempt) => attempt.limitBytes === limitBytes && !attempt.isConfirmation);
    for (let count = 1; count <= this.#options.repeats; count++) {
      const attempt = known[count - 1] ?? (await this.#attempt({ limitBytes, count, timeoutMs }));
      if (!attempt) return undefined;
      if (attempt.outcome !== 'survived') return false;
    }
    return true;
  }

  /** Names the limit to ship, and tries whether it is survived. False when it was interrupted. */
  async #confirm(limitBytes: number, timeoutMs: number): Promise<boolean> {
    const { resolutionBytes, confirm: runs } = this.#options;
    const headroomBytes = headroomOf(this.#fit, resolutionBytes).bytes;
    for (;;) {
      const plan = { limitBytes, headroomBytes, ceilingBytes: ceiling(), runs };
      const next = nextConfirmation(this.#fit.attempts, plan);
      if (next.kind === 'confirmed') this.#fit.shipBytes = next.limitBytes;
      if (next.kind !== 'try') break;
      const made = this.#fit.attempts.filter((attempt) => attempt.isConfirmation && attempt.limitBytes === next.limitBytes);
      const tried = { limitBytes: next.limitBytes, count: made.length + 1, timeoutMs, isConfirmation: true };
      if (!(await this.#attempt(tried))) return false;
    }
    return true;
  }

  async #attempt({ limitBytes, count, timeoutMs, isConfirmation = false }: AttemptPlan): Promise<Attempt | undefined> {
    const { onAttempt, repeats, confirm } = this.#options;
    onAttempt(this.#fit.configuration, limitBytes, { attempt: count, repeats: isConfirmation ? confirm : repeats });
    const isLimited = limitBytes !== undefined;
    const flags = isConfirmation ? shippedFlags(this.#fit) : (this.#fit.pinnedFlags ?? []);
    const planned = { ...(isLimited ? this.#withFlags(flags) : this.#planned), attach: !isLimited && count === 1 };
    const options = { ...this.#options, timeoutMs, sampleIntervalMs, onPhase: () => {}, onHold: () => {} };
    const finished = await runAttempt(planned, limitBytes, options);
    if (!finished) return undefined;
    const { attempt, cell } = finished;
    if (isConfirmation) attempt.isConfirmation = true;
    if (cell.provenance) this.#fit.library = cell.provenance.allocatorLibrary;
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

  /** The program's own flags come later, and win. */
  #withFlags(flags: readonly string[]): PlannedCell {
    const { configuration } = this.#planned;
    const jvmFlags = [...flags, ...configuration.jvmFlags];
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
