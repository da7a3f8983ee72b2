import { median } from 'simple-statistics';

/** What begins with a cell, by the clock of who watches it. */
interface Beginning {
  /** Counts from 1. */
  position: number;
  atMs: number;
  /** Whether its program has reached a phase. */
  ran: boolean;
}

/** What could not be tried here takes no longer, with the writing of the result. */
const mostOfSkippedMs = 1000;

/** Tells how long a run of cells still takes, from those that have been run. Times are in milliseconds, of one clock. */
export class TimeLeft {
  readonly #cellMs: number[];
  #current: Beginning | undefined;

  /** @param knownCellMs what cells of the same plan have taken that an earlier run has finished. */
  constructor(knownCellMs: readonly number[] = []) {
    this.#cellMs = [...knownCellMs];
  }

  /** At the beginning of a cell, and at each of its phases. */
  observe({ position, phase }: { position: number; phase: unknown }, atMs: number): void {
    if (this.#current?.position !== position) {
      this.#finish(atMs);
      this.#current = { position, atMs, ran: false };
    }
    if (phase !== undefined && this.#current) this.#current.ran = true;
  }

  /**
   * If the cells to come take as long as the median of those that were. What of them cannot be tried here takes less, and is left out after the first round. Undefined while no cell has
   * been run to its end.
   */
  leftMs(total: number, atMs: number): number | undefined {
    const current = this.#current;
    if (!current || this.#cellMs.length === 0) return undefined;
    const usualMs = median(this.#cellMs);
    return Math.max(0, usualMs - (atMs - current.atMs)) + usualMs * Math.max(0, total - current.position);
  }

  #finish(atMs: number): void {
    if (!this.#current) return;
    const { ran, atMs: begunMs } = this.#current;
    if (ran || atMs - begunMs >= mostOfSkippedMs) this.#cellMs.push(atMs - begunMs);
  }
}
