import type { ThreadCounters } from '../model/counters.ts';
import { credibleLiveBytesOf, liveShareOf, whyLiveIsWrong } from '../model/counters.ts';
import { OffheapError } from '../model/errors.ts';
import type { Glance } from '../model/watch.ts';
import { type CounterReader, openCounters } from '../native/counters.ts';
import { History } from './history.ts';

/** As many as the largest terminal shows. */
const threadsKept = 50;

/** What the counter page of a process says at each tick, where it has one. */
export class LiveHistory {
  readonly #pid: number;
  readonly #history = new History();
  #reader: CounterReader | undefined;
  #liveBytes: number | undefined;
  #liveWithheld: string | undefined;
  #threads: ThreadCounters[] = [];

  constructor(pid: number) {
    this.#pid = pid;
  }

  tick(): void {
    try {
      this.#reader ??= openCounters({ pid: this.#pid });
      this.#read(this.#reader);
      const threads = this.#liveBytes === undefined ? [] : this.#reader.readThreads();
      this.#threads = threads.sort((a, b) => liveShareOf(b) - liveShareOf(a)).slice(0, threadsKept);
    } catch (error) {
      // Most processes have no counter page.
      if (!(error instanceof OffheapError)) throw error;
    }
  }

  /** Once more after the end of the process: its counters outlive it. */
  end(): void {
    if (this.#reader) this.#read(this.#reader);
  }

  get figures(): Pick<Glance, 'liveBytes' | 'liveWithheld' | 'live' | 'threads'> {
    const live = this.#liveBytes === undefined ? undefined : this.#history.course;
    return {
      ...(this.#liveBytes === undefined ? {} : { liveBytes: this.#liveBytes }),
      ...(this.#liveWithheld === undefined ? {} : { liveWithheld: this.#liveWithheld }),
      ...(live ? { live } : {}),
      threads: this.#threads,
    };
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #read(reader: CounterReader): void {
    const counters = reader.read();
    this.#liveBytes = credibleLiveBytesOf(counters);
    this.#liveWithheld = whyLiveIsWrong(counters);
    if (this.#liveBytes !== undefined) this.#history.add(this.#liveBytes);
  }
}
