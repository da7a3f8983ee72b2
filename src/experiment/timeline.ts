import type { Timeline } from '../model/result.ts';
import { RssReader } from '../process/proc.ts';

/** Samples RSS, and live bytes where there is a source of them, at a fixed rate from outside the process. */
export class TimelineRecorder {
  readonly #intervalMs: number;
  readonly #startedAt: number;
  readonly #rss: RssReader;
  readonly #timer: NodeJS.Timeout;
  readonly #atMs: number[] = [];
  readonly #rssBytes: number[] = [];
  readonly #liveBytes: (number | null)[] = [];
  #readLiveBytes: (() => number | undefined) | undefined;

  /** `startedAt` is the performance.now() that all times of the cell count from. */
  constructor(pid: number, startedAt: number, intervalMs: number) {
    this.#intervalMs = intervalMs;
    this.#startedAt = startedAt;
    this.#rss = new RssReader(pid);
    this.#timer = setInterval(() => this.#sample(), intervalMs);
    this.#sample();
  }

  get lastRssBytes(): number | undefined {
    return this.#rssBytes.at(-1);
  }

  recordLiveBytes(read: () => number | undefined): void {
    this.#readLiveBytes = read;
  }

  /** Stops and returns what was sampled, up to the death of the process if it has died. May be called again. */
  stop(): Timeline {
    clearInterval(this.#timer);
    this.#rss.close();
    const timeline = { intervalMs: this.#intervalMs, atMs: this.#atMs, rssBytes: this.#rssBytes };
    return this.#readLiveBytes ? { ...timeline, liveBytes: this.#liveBytes } : timeline;
  }

  #sample(): void {
    const rssBytes = this.#rss.read();
    if (rssBytes === undefined) return;
    this.#atMs.push(Math.round((performance.now() - this.#startedAt) * 10) / 10);
    this.#rssBytes.push(rssBytes);
    this.#liveBytes.push(this.#readLiveBytes?.() ?? null);
  }
}
