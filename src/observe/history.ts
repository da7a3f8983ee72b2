import type { Course, Sample } from '../model/watch.ts';
import { recentSlope } from '../stats/slope.ts';

const samplesKept = 600;

/** The last samples of a figure. */
export class History {
  readonly #samples: Sample[] = [];

  add(bytes: number): void {
    this.#samples.push({ atMs: performance.now(), bytes });
    if (this.#samples.length > samplesKept) this.#samples.shift();
  }

  get lastBytes(): number | undefined {
    return this.#samples.at(-1)?.bytes;
  }

  /** Undefined without a sample. */
  get course(): Course | undefined {
    if (this.#samples.length === 0) return undefined;
    const slopeBytesPerMinute = recentSlope(this.#samples);
    return { samples: this.#samples, ...(slopeBytesPerMinute === undefined ? {} : { slopeBytesPerMinute }) };
  }
}
