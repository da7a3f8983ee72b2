import { setImmediate as nextTurn } from 'node:timers/promises';

/** Short enough for a key, a scrape or Ctrl-C to wait for; long enough for a turn of the event loop to cost nothing beside it. */
const sliceMs = 10;

/** For work that may be long: after each slice of 10 ms whatever else waits for this thread has its turn. */
export class TimeSlices {
  readonly #signal: AbortSignal | undefined;
  #endsAt = performance.now() + sliceMs;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  get isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** Resolves in the next slice. @throws the signal's reason, where the work was called off meanwhile */
  async next(): Promise<void> {
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#endsAt = performance.now() + sliceMs;
  }
}
