import { setTimeout as delay } from 'node:timers/promises';
import { isGone, OffheapError } from '../model/errors.ts';
import { type LookOptions, lookAt } from './look.ts';
import type { LooksKeeper } from './looks-keeper.ts';
import { type Pace, processorMs } from './pace.ts';
import type { Roster } from './roster.ts';
import type { Instrument, Subject } from './subject.ts';
import { chooseNext, learnCost } from './turns.ts';

/** So that rounding does not make many of one. */
const shortestPauseMs = 5;
/** A process may hold a look up, as one whose memory map is locked; it is not to hold up the others. */
const lookTimeoutMs = 10_000;
/** After so many failures in a row the time between two tries no longer doubles: it is an hour, at 30 s each. */
const mostDoublings = 7;
/** Figures of a process that cannot be looked at any more are let go after so many times the time between two looks. */
const staleAfterIntervals = 3;

/** What the rounds tell of themselves. */
export interface RoundsJournal {
  looked(durationMs: number): void;
  /** A process ended before or while it was looked at, which is no error. */
  gone(): void;
  failed(instrument: Instrument, code: string): void;
}

export interface RoundsOptions extends Omit<LookOptions, 'report' | 'signal' | 'isKept'> {
  /** Time between two looks at one process, or more where the pace does not allow it. */
  intervalMs: number;
  /** How soon a process that was started is found, or later where the pace does not allow it. */
  discoverMs: number;
  /** Keeps each look for when its process is gone. */
  keeper?: Pick<LooksKeeper, 'keep'> | undefined;
}

/** Looks at one process after the other in the background, each in its turn. */
export class Rounds {
  readonly #roster: Roster;
  readonly #pace: Pace;
  readonly #journal: RoundsJournal;
  readonly #options: RoundsOptions;
  #discoverAt = Number.NEGATIVE_INFINITY;
  #isNewNext = true;

  constructor(roster: Roster, pace: Pace, journal: RoundsJournal, options: RoundsOptions) {
    this.#roster = roster;
    this.#pace = pace;
    this.#journal = journal;
    this.#options = options;
  }

  /** Until it is called off. Never rejects: whatever fails is told to the journal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await this.#step(signal);
      if (pauseMs > 0) await delay(Math.max(pauseMs, shortestPauseMs), undefined, { signal }).catch(() => {});
    }
  }

  /** Does one thing, and returns how long there is nothing to do. */
  async #step(signal: AbortSignal): Promise<number> {
    if (performance.now() >= this.#discoverAt) {
      await this.#discover();
      return 0;
    }
    const next = chooseNext(this.#roster.subjects, this.#pace, this.#isNewNext);
    if ('waitMs' in next) return Math.min(next.waitMs, this.#discoverAt - performance.now());
    const { subject, purse } = next;
    this.#isNewNext = subject.turn.isTried;
    learnCost(subject.turn, await this.#pace.look(purse, () => this.#look(subject, signal)));
    return 0;
  }

  async #discover(): Promise<void> {
    const isFirst = this.#discoverAt < 0;
    const startedAt = performance.now();
    const beforeMs = processorMs();
    try {
      await this.#roster.refresh();
    } catch (error) {
      this.#journal.failed('discovery', codeOf(error));
    }
    // At the first one all processes are new.
    const pauseMs = isFirst ? 0 : this.#pace.discoveryPauseMs(processorMs() - beforeMs);
    this.#discoverAt = startedAt + Math.max(this.#options.discoverMs, pauseMs);
  }

  /** Resolves when the look is done, its time is up, or the rounds are called off; the look itself is called off then. */
  async #look(subject: Subject, signal: AbortSignal): Promise<void> {
    const { turn } = subject;
    const startedAt = performance.now();
    const over = new AbortController();
    const callOff = () => over.abort();
    signal.addEventListener('abort', callOff, { once: true });
    const report = (instrument: Instrument, code: string) => this.#journal.failed(instrument, code);
    const { keeper, ...options } = this.#options;
    const looking = lookAt(subject, { ...options, isKept: keeper !== undefined, report, signal: over.signal });
    const look = this.#finish(subject, startedAt, over.signal, looking);
    turn.pending = look.finally(() => delete turn.pending);
    turn.dueAt = startedAt + this.#options.intervalMs;
    const timeUp = delay(lookTimeoutMs, true, { signal: over.signal }).catch(() => false);
    const isLate = await Promise.race([look.then(() => false), timeUp]);
    signal.removeEventListener('abort', callOff);
    over.abort();
    if (!isLate) return;
    this.#journal.failed('process', 'TIMEOUT');
    this.#backOff(subject, startedAt);
  }

  async #finish(subject: Subject, startedAt: number, signal: AbortSignal, look: ReturnType<typeof lookAt>): Promise<void> {
    try {
      subject.look = await look;
      subject.turn.failures = 0;
      this.#journal.looked(performance.now() - startedAt);
      await this.#options.keeper?.keep(subject, subject.look);
    } catch (error) {
      if (isGone(error)) {
        this.#roster.drop(subject);
        this.#journal.gone();
      } else if (!signal.aborted) {
        this.#journal.failed('process', codeOf(error));
        this.#backOff(subject, startedAt);
      }
    }
  }

  /** A process that cannot be looked at is tried more and more seldom, and its old figures do not stay for ever. */
  #backOff(subject: Subject, startedAt: number): void {
    const { turn, look } = subject;
    const { intervalMs } = this.#options;
    turn.failures++;
    turn.dueAt = startedAt + intervalMs * 2 ** Math.min(turn.failures, mostDoublings);
    if (look && Date.now() - look.takenAtMs > staleAfterIntervals * intervalMs) delete subject.look;
  }
}

export function codeOf(error: unknown): string {
  return error instanceof OffheapError ? error.code : 'UNFORESEEN';
}
