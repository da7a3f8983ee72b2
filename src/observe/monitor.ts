import type { ThreadCounters } from '../model/counters.ts';
import { credibleLiveBytesOf, liveShareOf, whyLiveIsWrong } from '../model/counters.ts';
import type { Evidence } from '../model/doctor.ts';
import { isGone, messageOf, OffheapError } from '../model/errors.ts';
import type { Glance } from '../model/watch.ts';
import { type CounterReader, openCounters } from '../native/counters.ts';
import { parseStatusLine } from '../parse/proc-fields.ts';
import { mallocRss } from '../stats/process-figures.ts';
import { type Identity, readIdentity, readProcFile, requireSame } from './identity.ts';

export interface MonitorOptions {
  command: readonly string[];
  look: () => Promise<Evidence>;
}

const historyTicks = 600;
const threadsKept = 10;
/** A look may take this share of the time between two: of its own time, and of the JVM's that answers. */
const lookShare = 0.05;
const leastBetweenLooksMs = 2000;

/**
 * Watches one process: RSS and the counter page at every tick, which costs microseconds, and the whole of it by looks that are rare enough to
 * take a twentieth of one core at most. Survives the process, and keeps what was seen last.
 */
export class Monitor {
  readonly #identity: Identity;
  readonly #options: MonitorOptions;
  readonly #history: number[] = [];
  #reader: CounterReader | undefined;
  #liveBytes: number | undefined;
  #liveWithheld: string | undefined;
  #threads: ThreadCounters[] = [];
  #evidence: Evidence | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #lookMs = 0;
  #looking: Promise<void> | undefined;
  #problem: string | undefined;
  #ended: string | undefined;

  /** @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION */
  static async open(pid: number, options: MonitorOptions): Promise<Monitor> {
    const monitor = new Monitor(await readIdentity(pid), options);
    await monitor.tick();
    return monitor;
  }

  private constructor(identity: Identity, options: MonitorOptions) {
    this.#identity = identity;
    this.#options = options;
  }

  get pid(): number {
    return this.#identity.pid;
  }

  get evidence(): Evidence | undefined {
    return this.#evidence;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Reads what is cheap. Never rejects: a process that has ended stays as it was. */
  async tick(): Promise<void> {
    if (this.#ended !== undefined) return;
    try {
      requireSame(this.#identity);
      const rssKiB = Number.parseInt(parseStatusLine(await readProcFile(this.pid, 'status'), 'VmRSS') ?? '', 10);
      // A process that is ending has no memory any more.
      if (Number.isNaN(rssKiB)) throw new OffheapError('PROCESS_ENDED', `Process ${this.pid} has ended.`);
      this.#history.push(rssKiB * 1024);
      if (this.#history.length > historyTicks) this.#history.shift();
      this.#readCounters();
    } catch (error) {
      if (isGone(error)) this.#end();
      else throw error;
    }
  }

  /** Looks at all of it when the last look is long enough ago, or when it is wanted at once. One look at a time. */
  async look({ now = false } = {}): Promise<void> {
    const between = Math.max(leastBetweenLooksMs, this.#lookMs / lookShare);
    if (this.#ended !== undefined || (!now && performance.now() - this.#lookedAt < between)) return this.#looking;
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  glance(): Glance {
    const look = this.#evidence && this.#lookOf(this.#evidence);
    return {
      pid: this.pid,
      command: this.#options.command,
      rssBytes: this.#history.at(-1) ?? 0,
      ...(this.#liveBytes === undefined ? {} : { liveBytes: this.#liveBytes }),
      ...(this.#liveWithheld === undefined ? {} : { liveWithheld: this.#liveWithheld }),
      rssHistory: this.#history,
      threads: this.#threads,
      ...(look ? { look } : {}),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
    };
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #readCounters(): void {
    try {
      this.#reader ??= openCounters({ pid: this.pid });
      this.#readLive(this.#reader);
      const threads = this.#liveBytes === undefined ? [] : this.#reader.readThreads();
      this.#threads = threads.sort((a, b) => liveShareOf(b) - liveShareOf(a)).slice(0, threadsKept);
    } catch (error) {
      // Most processes have no counter page.
      if (!(error instanceof OffheapError)) throw error;
    }
  }

  #readLive(reader: CounterReader): void {
    const counters = reader.read();
    this.#liveBytes = credibleLiveBytesOf(counters);
    this.#liveWithheld = whyLiveIsWrong(counters);
  }

  async #lookOnce(): Promise<void> {
    const startedAt = performance.now();
    try {
      this.#evidence = await this.#options.look();
      this.#problem = undefined;
    } catch (error) {
      if (isGone(error)) this.#end();
      else this.#problem = messageOf(error);
    }
    this.#lookedAt = performance.now();
    this.#lookMs = this.#lookedAt - startedAt;
  }

  #lookOf(evidence: Evidence): Glance['look'] {
    const figures = mallocRss(evidence);
    return {
      evidence,
      ...(figures ? { freeBytes: figures.freeRssBytes, trimmableBytes: figures.trimmableBytes } : {}),
      ageMs: performance.now() - this.#lookedAt,
      durationMs: this.#lookMs,
    };
  }

  /** Its counters outlive it. */
  #end(): void {
    this.#ended = `has ended at ${new Date().toLocaleTimeString('en-GB')}`;
    if (this.#reader) this.#readLive(this.#reader);
  }
}
