import type { Evidence } from '../model/doctor.ts';
import { isGone, messageOf, OffheapError } from '../model/errors.ts';
import type { Glance, Judgement, LastLook } from '../model/watch.ts';
import { parseResidentBytes } from '../parse/proc-fields.ts';
import { mallocRead } from '../stats/malloc-read.ts';
import { mallocRss } from '../stats/process-figures.ts';
import { accountOf } from '../stats/rss-account.ts';
import { History } from './history.ts';
import { type Identity, readIdentity, readProcFile, requireSame } from './identity.ts';
import { LiveHistory } from './live-history.ts';

export interface MonitorOptions {
  command: readonly string[];
  look: () => Promise<Evidence>;
  /** What the doctor says of the evidence of a look. */
  judge: (evidence: Evidence) => Judgement;
}

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
  readonly #rss = new History();
  readonly #live: LiveHistory;
  readonly #inUse = new History();
  #seen: (Judgement & { evidence: Evidence }) | undefined;
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
    this.#live = new LiveHistory(identity.pid);
  }

  get pid(): number {
    return this.#identity.pid;
  }

  get evidence(): Evidence | undefined {
    return this.#seen?.evidence;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Reads what is cheap. Never rejects: a process that has ended stays as it was. */
  async tick(): Promise<void> {
    if (this.#ended !== undefined) return;
    try {
      requireSame(this.#identity);
      const rssBytes = parseResidentBytes(await readProcFile(this.pid, 'status'));
      // A process that is ending has no memory any more.
      if (rssBytes === undefined) throw new OffheapError('PROCESS_ENDED', `Process ${this.pid} has ended.`);
      this.#rss.add(rssBytes);
      this.#live.tick();
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
    const look = this.#lastLook();
    const inUse = this.#inUse.course;
    return {
      pid: this.pid,
      command: this.#options.command,
      rssBytes: this.#rss.lastBytes ?? 0,
      rss: this.#rss.course ?? { samples: [] },
      ...this.#live.figures,
      ...(inUse ? { inUse } : {}),
      ...(look ? { look } : {}),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
    };
  }

  close(): void {
    this.#live.close();
  }

  async #lookOnce(): Promise<void> {
    const startedAt = performance.now();
    try {
      const evidence = await this.#options.look();
      this.#seen = { evidence, ...this.#options.judge(evidence) };
      const inUse = accountOf(evidence).parts.find(({ name }) => name === 'malloc in use');
      if (inUse) this.#inUse.add(inUse.bytes);
      this.#problem = undefined;
    } catch (error) {
      if (isGone(error)) this.#end();
      else this.#problem = messageOf(error);
    }
    this.#lookedAt = performance.now();
    this.#lookMs = this.#lookedAt - startedAt;
  }

  #lastLook(): LastLook | undefined {
    if (!this.#seen) return undefined;
    const { evidence } = this.#seen;
    const figures = mallocRss(evidence);
    return {
      ...this.#seen,
      ...(figures ? { freeBytes: figures.freeRssBytes, trimmableBytes: figures.trimmableBytes } : {}),
      ...(evidence.malloc ? { mallocReadShare: mallocRead(evidence.malloc).share } : {}),
      ageMs: performance.now() - this.#lookedAt,
      durationMs: this.#lookMs,
    };
  }

  #end(): void {
    this.#ended = `has ended at ${new Date().toLocaleTimeString('en-GB')}`;
    this.#live.end();
  }
}
