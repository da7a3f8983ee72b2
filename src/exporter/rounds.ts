import { setTimeout as delay } from 'node:timers/promises';
import { isGone, OffheapError } from '../model/errors.ts';
import { trimOwnMalloc } from '../native/own-malloc.ts';
import type { LookKind } from './look-kind.ts';
import { ownerLooks } from './owner-looks.ts';
import { type Pace, processorMs } from './pace.ts';
import type { Roster } from './roster.ts';
import type { Instrument, ReportFailure, Subject, Turn } from './subject.ts';
import { chooseNext, learnCost } from './turns.ts';
import { type WholeLooksOptions, wholeLooks } from './whole-looks.ts';

/** So that rounding does not make many of one. */
const shortestPauseMs = 5;
/** A process may hold a look up, as one whose memory map is locked; it is not to hold up the others. */
const lookTimeoutMs = 10_000;
/** After so many failures in a row the time between two tries no longer doubles: it is an hour, at 30 s each. */
const mostDoublings = 7;
/** Figures of a process that cannot be looked at any more are let go after so many times the time between two looks. */
const staleAfterIntervals = 3;

/** Looks leave freed blocks behind, some MiB of them among those that stay. After so much processor time of looks they are given back: that takes a hundredth of it. */
const trimAfterMs = 100;

/** What the rounds tell of themselves. */
export interface RoundsJournal {
  looked(durationMs: number): void;
  /** A process ended before or while it was looked at, which is no error. */
  gone(): void;
  failed(instrument: Instrument, code: string): void;
}

export interface RoundsOptions extends WholeLooksOptions {
  /** How soon a process that was started is found, or later where the pace does not allow it. */
  discoverMs: number;
  /** Time between two looks at the owners of one process; undefined: they are not looked for. */
  ownersIntervalMs?: number | undefined;
  /** What else is done at processes in turns of its own. */
  moreKinds?: readonly LookKind[];
}

/** A look that is to be taken in its turn. */
interface Errand {
  subject: Subject;
  kind: LookKind;
  turn: Turn;
}

/** Looks at one process after the other in the background, each in its turn. */
export class Rounds {
  readonly #roster: Roster;
  readonly #pace: Pace;
  readonly #journal: RoundsJournal;
  readonly #discoverMs: number;
  readonly #kinds: readonly LookKind[];
  #discoverAt = Number.NEGATIVE_INFINITY;
  #isNewNext = true;
  #sinceTrimMs = 0;

  constructor(
    roster: Roster,
    pace: Pace,
    journal: RoundsJournal,
    { discoverMs, ownersIntervalMs, moreKinds = [], ...options }: RoundsOptions,
  ) {
    this.#roster = roster;
    this.#pace = pace;
    this.#journal = journal;
    this.#discoverMs = discoverMs;
    const whole = wholeLooks(options, (durationMs) => journal.looked(durationMs));
    this.#kinds = [whole, ...(ownersIntervalMs === undefined ? [] : [ownerLooks(ownersIntervalMs)]), ...moreKinds];
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
    const choice = chooseNext(this.#errands(), this.#pace, this.#isNewNext);
    if ('waitMs' in choice) return Math.min(choice.waitMs, this.#discoverAt - performance.now());
    const { next, purse } = choice;
    this.#isNewNext = next.turn.isTried;
    const usedMs = await this.#pace.look(purse, () => this.#look(next, signal));
    learnCost(next.turn, usedMs);
    this.#tidy(usedMs);
    return 0;
  }

  #tidy(usedMs: number): void {
    this.#sinceTrimMs += usedMs;
    if (this.#sinceTrimMs < trimAfterMs) return;
    trimOwnMalloc();
    this.#sinceTrimMs = 0;
  }

  /** None at a process of which a look has not come back: one of another kind would wait with it. */
  #errands(): Errand[] {
    return this.#roster.subjects.flatMap((subject) => {
      const errands = this.#kinds.flatMap((kind) => {
        const turn = kind.turnOf(subject);
        return turn ? [{ subject, kind, turn }] : [];
      });
      return errands.some(({ turn }) => turn.pending) ? [] : errands;
    });
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
    this.#discoverAt = startedAt + Math.max(this.#discoverMs, pauseMs);
  }

  /** Resolves when the look is done, its time is up, or the rounds are called off; the look itself is called off then. */
  async #look(errand: Errand, signal: AbortSignal): Promise<void> {
    const { kind, turn } = errand;
    const startedAt = performance.now();
    const over = new AbortController();
    const callOff = () => over.abort();
    signal.addEventListener('abort', callOff, { once: true });
    const look = this.#finish(errand, startedAt, over.signal);
    turn.pending = look.finally(() => delete turn.pending);
    turn.dueAt = startedAt + kind.intervalMs;
    const timeUp = delay(lookTimeoutMs, true, { signal: over.signal }).catch(() => false);
    const isLate = await Promise.race([look.then(() => false), timeUp]);
    signal.removeEventListener('abort', callOff);
    over.abort();
    if (!isLate) return;
    this.#journal.failed(kind.instrument, 'TIMEOUT');
    backOff(errand, startedAt);
  }

  async #finish(errand: Errand, startedAt: number, signal: AbortSignal): Promise<void> {
    const { subject, kind, turn } = errand;
    const report: ReportFailure = (instrument, code) => this.#journal.failed(instrument, code);
    try {
      await kind.look(subject, { report, signal });
      turn.failures = 0;
    } catch (error) {
      if (isGone(error)) {
        this.#roster.drop(subject);
        this.#journal.gone();
      } else if (!signal.aborted) {
        this.#journal.failed(kind.instrument, codeOf(error));
        backOff(errand, startedAt);
      }
    }
  }
}

/** A process that cannot be looked at is tried more and more seldom, and its old figures do not stay for ever. */
function backOff({ subject, kind, turn }: Errand, startedAt: number): void {
  turn.failures++;
  turn.dueAt = startedAt + kind.intervalMs * 2 ** Math.min(turn.failures, mostDoublings);
  kind.forget(subject, staleAfterIntervals * kind.intervalMs);
}

export function codeOf(error: unknown): string {
  return error instanceof OffheapError ? error.code : 'UNFORESEEN';
}
