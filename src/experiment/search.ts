import { totalmem } from 'node:os';
import type { Attempt, FitOfConfiguration } from '../model/fit.ts';
import type { Pin } from '../model/pin.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { unlimited } from '../stats/fit-figures.ts';
import { headroomOf, nextConfirmation } from '../stats/headroom.ts';
import { flagsOf, heapFlags, shippedFlags, unlimitedJvm } from '../stats/jvm-choice.ts';
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
  onAttempt: (fit: FitOfConfiguration, limitBytes: number | undefined, position: { attempt: number; repeats: number }) => void;
}

/** A JVM rounds its heap to whole regions, generations or large pages (jdk: gc/shared/gcArguments.cpp, HeapAlignment). */
const roundedHeap = { bytes: 8 * bytesPerMiB, share: 0.03 };

interface AttemptPlan {
  limitBytes: number | undefined;
  /** Which one of them it is, from 1. */
  count: number;
  timeoutMs: number;
  isConfirmation?: boolean;
}

/** A search that is about the heap as well. */
export interface HeapOfSearch {
  /** The configuration as it is. Its runs without a limit count for this one too. */
  reference: FitOfConfiguration;
  /** Nothing but a smaller limit is of interest; undefined: any. */
  belowBytes: number | undefined;
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
  readonly #heap: HeapOfSearch | undefined;

  /**
   * @param save is called after every attempt, which is then in `fit`.
   * @param heap for a `fit` that has a percentage for its heap.
   */
  constructor(
    planned: PlannedCell,
    fit: FitOfConfiguration,
    options: SearchOptions,
    save: () => Promise<void>,
    heap?: HeapOfSearch,
  ) {
    this.#planned = planned;
    this.#fit = fit;
    this.#options = options;
    this.#save = save;
    this.#heap = heap;
  }

  /** The one whose runs without a limit count. */
  get #reference(): FitOfConfiguration {
    return this.#heap?.reference ?? this.#fit;
  }

  /** The longest that an attempt at a limit may take. */
  get #limitedTimeoutMs(): number {
    const { timeoutMs, maxSlowdown } = this.#options;
    return Math.min(timeoutMs, Math.max(leastTimeoutMs, (unlimited(this.#reference).wallMs ?? 0) * maxSlowdown));
  }

  /** False when it was interrupted. */
  async run(): Promise<boolean> {
    if (this.#heap) {
      if (this.#heap.reference.pinnedFlags) this.#fit.pinnedFlags = this.#heap.reference.pinnedFlags;
      return this.#bisect(this.#heap);
    }
    const { pinJvm } = this.#options;
    const survivedUnlimited = await this.#tryLimit(undefined, this.#options.timeoutMs);
    if (survivedUnlimited === undefined) return false;
    if (!survivedUnlimited) return true;
    if (pinJvm !== undefined && !(await this.#pin(pinJvm))) return true;
    return this.#bisect();
  }

  async #bisect({ belowBytes }: Partial<HeapOfSearch> = {}): Promise<boolean> {
    const { resolutionBytes } = this.#options;
    const { limitBytes } = this.#reference;
    const { peakBytes, peakRssBytes } = unlimited(this.#reference);
    const firstBytes = this.#heap ? limitBytes : (peakBytes ?? peakRssBytes);
    const startBytes = belowBytes === undefined ? (firstBytes ?? resolutionBytes) : belowBytes - resolutionBytes;
    const bounds = { resolutionBytes, startBytes, ceilingBytes: ceiling() };
    const timeoutMs = this.#limitedTimeoutMs;
    const tried: TriedLimit[] = [];
    for (;;) {
      const next = nextLimit(tried, bounds);
      if (next.kind === 'none') return this.#unfit();
      if (next.kind === 'found') {
        this.#fit.limitBytes = next.limitBytes;
        if (next.largestTooSmallBytes !== undefined) this.#fit.tooSmallBytes = next.largestTooSmallBytes;
        // Of all percentages one is confirmed.
        if (!this.#heap && !(await this.confirm())) return false;
        this.#fit.state = 'found';
        await this.#save();
        return true;
      }
      const survived = await this.#tryLimit(next.limitBytes, timeoutMs);
      if (survived === undefined) return false;
      if (this.#heap && this.#isOtherHeap(next.limitBytes)) return true;
      if (!survived && belowBytes !== undefined && next.limitBytes >= startBytes) {
        this.#fit.state = 'larger';
        this.#fit.tooSmallBytes = next.limitBytes;
        await this.#save();
        return true;
      }
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
  async confirm(): Promise<boolean> {
    const { limitBytes } = this.#fit;
    if (limitBytes === undefined) return true;
    const { resolutionBytes, confirm: runs } = this.#options;
    const headroomBytes = headroomOf(this.#reference, resolutionBytes).bytes;
    const timeoutMs = this.#limitedTimeoutMs;
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
    onAttempt(this.#fit, limitBytes, { attempt: count, repeats: isConfirmation ? confirm : repeats });
    const isLimited = limitBytes !== undefined;
    const flags = isConfirmation ? shippedFlags(this.#fit) : (this.#fit.pinnedFlags ?? []);
    const planned = {
      ...(isLimited ? this.#withFlags([...flags, ...heapFlags(this.#fit)]) : this.#planned),
      attach: !isLimited && count === 1,
    };
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
      this.#fit.reason = jvm ? `--pin-jvm has no flag for its collector, ${jvm.collector}.` : noJvmFor('--pin-jvm');
      await this.#save();
    }
    return flags !== undefined;
  }

  /** Whether something else decided on the heap than the percentage: the JVM's own word. */
  #isOtherHeap(limitBytes: number): boolean {
    const { heapPercentage = 0, attempts } = this.#fit;
    const heapBytes = attempts.find((attempt) => attempt.limitBytes === limitBytes && attempt.jvm)?.jvm?.maxHeapBytes;
    const wantedBytes = (limitBytes * heapPercentage) / 100;
    if (heapBytes === undefined || Math.abs(heapBytes - wantedBytes) <= roundedHeap.bytes + wantedBytes * roundedHeap.share)
      return false;
    this.#fit.state = 'failed';
    this.#fit.reason =
      `At ${formatMiB(limitBytes)} MiB the JVM had a heap of up to ${formatMiB(heapBytes)} MiB, where ${heapPercentage} % are ${formatMiB(wantedBytes)}. ` +
      `Something else decides on it, such as -Xmx in a variable or in a script: leave that out.`;
    return true;
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

export function noJvmFor(option: string): string {
  return `Expected a JVM for ${option}, found none by its counters (-XX:-UsePerfData and -XX:+PerfDisableSharedMem switch them off). Leave ${option} out.`;
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
