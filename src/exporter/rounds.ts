import { setTimeout as delay } from 'node:timers/promises';
import { isGone, OffheapError } from '../model/errors.ts';
import { type LookOptions, lookAt } from './look.ts';
import type { Pace } from './pace.ts';
import type { Roster } from './roster.ts';
import type { Instrument, Subject } from './subject.ts';

const longestPauseMs = 250;
/** A process may hold a look up, as one whose memory map is locked; it is not to hold up the others. */
const lookTimeoutMs = 10_000;

/** What the rounds tell of themselves. */
export interface RoundsJournal {
  looked(durationMs: number): void;
  /** A process ended before or while it was looked at, which is no error. */
  gone(): void;
  failed(instrument: Instrument, code: string): void;
}

export interface RoundsOptions extends Omit<LookOptions, 'report'> {
  /** Time between two looks at one process, or more where the pace does not allow it. */
  intervalMs: number;
  /** How soon a process that was started is found. */
  discoverMs: number;
}

/** Looks at one process after the other in the background, the one that has waited longest first. */
export class Rounds {
  readonly #roster: Roster;
  readonly #pace: Pace;
  readonly #journal: RoundsJournal;
  readonly #options: RoundsOptions;
  #discoveredAt = Number.NEGATIVE_INFINITY;

  constructor(roster: Roster, pace: Pace, journal: RoundsJournal, options: RoundsOptions) {
    this.#roster = roster;
    this.#pace = pace;
    this.#journal = journal;
    this.#options = options;
  }

  /** Until it is called off. Never rejects: whatever fails is told to the journal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = this.#pace.waitMs() || (await this.#step());
      // In short pieces, since the next discovery may be due earlier than the credit is earned.
      if (pauseMs > 0) await delay(Math.min(pauseMs, longestPauseMs), undefined, { signal }).catch(() => {});
    }
  }

  /** Does one thing, and returns how long there is nothing to do. */
  async #step(): Promise<number> {
    if (performance.now() - this.#discoveredAt >= this.#options.discoverMs) {
      await this.#pace.spend(() => this.#discover());
      return 0;
    }
    const next = this.#mostOverdue();
    if (!next) return longestPauseMs;
    await this.#pace.spend(() => this.#look(next));
    return 0;
  }

  async #discover(): Promise<void> {
    this.#discoveredAt = performance.now();
    try {
      await this.#roster.refresh();
    } catch (error) {
      this.#journal.failed('discovery', codeOf(error));
    }
  }

  #mostOverdue(): Subject | undefined {
    const due = performance.now() - this.#options.intervalMs;
    const waiting = this.#roster.subjects.filter(({ triedAt, pending }) => !pending && triedAt <= due);
    return waiting.reduce<Subject | undefined>(
      (first, other) => (first && first.triedAt <= other.triedAt ? first : other),
      undefined,
    );
  }

  async #look(subject: Subject): Promise<void> {
    subject.triedAt = performance.now();
    const report = (instrument: Instrument, code: string) => this.#journal.failed(instrument, code);
    const look = this.#finish(subject, lookAt(subject, { ...this.#options, report }));
    subject.pending = look.finally(() => delete subject.pending);
    const timeout = new AbortController();
    const inTime = await Promise.race([
      look.then(() => true),
      delay(lookTimeoutMs, false, { signal: timeout.signal }).catch(() => false),
    ]);
    timeout.abort();
    if (!inTime) this.#journal.failed('process', 'TIMEOUT');
  }

  async #finish(subject: Subject, look: ReturnType<typeof lookAt>): Promise<void> {
    const { triedAt } = subject;
    try {
      subject.look = await look;
      this.#journal.looked(performance.now() - triedAt);
    } catch (error) {
      if (isGone(error)) {
        this.#roster.drop(subject);
        this.#journal.gone();
      } else this.#journal.failed('process', codeOf(error));
    }
  }
}

export function codeOf(error: unknown): string {
  return error instanceof OffheapError ? error.code : 'UNFORESEEN';
}
