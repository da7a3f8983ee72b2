import { isGone, messageOf } from '../model/errors.ts';
import { present } from '../model/present.ts';
import type { OwnersGlance, OwnersLook } from '../model/watch.ts';

/** A look takes this share of the time between two at most: of one core, and so of the memory's bandwidth. */
const lookShare = 0.05;
const leastBetweenLooksMs = 5000;

interface Seen extends OwnersLook {
  /** performance.now() at its end. */
  atMs: number;
  durationMs: number;
}

/**
 * Who owns the blocks of one process, again and again while somebody wants to know: in the background, one look at a time, and by a twentieth of a core at most. What was seen stays
 * when the process ends.
 */
export class OwnersWatch {
  readonly #find: (signal: AbortSignal) => Promise<OwnersLook>;
  #first: Seen | undefined;
  #last: Seen | undefined;
  #problem: string | undefined;
  #underWay: { startedAt: number; calledOff: AbortController } | undefined;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(find: (signal: AbortSignal) => Promise<OwnersLook>) {
    this.#find = find;
  }

  /** Begins a look where it is time for one. Never rejects. */
  async look(): Promise<void> {
    const startedAt = performance.now();
    if (this.#underWay || startedAt < this.#notBefore) return;
    const calledOff = new AbortController();
    this.#underWay = { startedAt, calledOff };
    try {
      const { owners, liveBlocks, liveBytes, unsized, whyNoHeap } = await this.#find(calledOff.signal);
      const told = { owners, liveBlocks, liveBytes, ...present('unsized', unsized), ...present('whyNoHeap', whyNoHeap) };
      this.#last = { ...told, atMs: performance.now(), durationMs: performance.now() - startedAt };
      this.#first ??= this.#last;
      this.#problem = undefined;
    } catch (error) {
      // That it has ended is said elsewhere.
      this.#problem = isGone(error) || calledOff.signal.aborted ? undefined : messageOf(error);
    }
    this.#underWay = undefined;
    const now = performance.now();
    this.#notBefore = now + Math.max(leastBetweenLooksMs, (now - startedAt) / lookShare);
  }

  /** The look that is under way; the next one comes as if it had ended. */
  callOff(): void {
    this.#underWay?.calledOff.abort();
  }

  glance(): OwnersGlance {
    const now = performance.now();
    return {
      ...(this.#last ? { look: { ...this.#last, ageMs: now - this.#last.atMs } } : {}),
      ...(this.#first && this.#last && this.#first !== this.#last
        ? { first: { ...this.#first, beforeMs: this.#last.atMs - this.#first.atMs } }
        : {}),
      ...(this.#underWay ? { lookingMs: now - this.#underWay.startedAt } : {}),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }
}
