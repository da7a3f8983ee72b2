import { cheapLookMs, type Pace, type Purse } from './pace.ts';
import type { Turn } from './subject.ts';

/** Something that is done in its turn. */
interface Waiting {
  readonly turn: Turn;
}

export interface Choice<Item> {
  next: Item;
  purse: Purse;
}

/** A first look at a small process, its questions to a JVM among it. */
const firstLookMs = 20;
/** Measured: what `smaps` has of each, and what is made of it. */
const mappingMs = 0.01;
/** Its name, its stack pointer and, behind a meter, its counters. */
const threadMs = 0.15;

/** Behind those that wait already: who starts processes faster than they are looked at is not to be all that is looked at. */
export function firstTurn({ mappings, threads }: { mappings: number; threads: number }): Turn {
  return newTurn(firstLookMs + mappings * mappingMs + threads * threadMs);
}

export function newTurn(expectedMs: number): Turn {
  return { dueAt: performance.now(), failures: 0, expectedMs, isTried: false };
}

/** A part of what a look used may be others' doing: one that cost much is not yet taken for costly, if those before it were cheap. */
export function learnCost(turn: Turn, usedMs: number): void {
  turn.expectedMs = (turn.expectedMs + usedMs) / 2;
  turn.isTried = true;
}

/**
 * Who is looked at next, and who pays, or how long nobody is. Processes whose looks are expected to cost little are looked at in the order in which they were due, one that
 * was never looked at and one that was in turn: who starts many processes takes half of the looks at most, and delays nobody's first one for ever. The others are looked at from
 * what is saved up for them: one waits the longer the more it is expected to cost, and none for ever.
 *
 * @param isNewFirst the last look was none at a new process
 */
export function chooseNext<Item extends Waiting>(
  items: readonly Item[],
  pace: Pace,
  isNewFirst: boolean,
): Choice<Item> | { waitMs: number } {
  const now = performance.now();
  const waiting = items.filter(({ turn }) => !turn.pending);
  const due = waiting.filter(({ turn }) => turn.dueAt <= now);
  const rankOf = ({ turn }: Waiting) => turn.dueAt + pace.savingTimeMs(turn.expectedMs);
  const isCheap = ({ turn }: Waiting) => turn.expectedMs <= cheapLookMs;
  const cheap = due.filter(isCheap);
  const known = firstBy(
    rankOf,
    cheap.filter(({ turn }) => turn.isTried),
  );
  const unknown = firstBy(
    rankOf,
    cheap.filter(({ turn }) => !turn.isTried),
  );
  const common = isNewFirst ? (unknown ?? known) : (known ?? unknown);
  const commonWaitMs = common ? pace.waitMs(common.turn.expectedMs) : Number.POSITIVE_INFINITY;
  if (common && commonWaitMs === 0) return { next: common, purse: 'common' };
  const saved = firstBy(
    rankOf,
    due.filter((item) => !isCheap(item)),
  );
  const savingWaitMs = saved ? pace.saveMs(saved.turn.expectedMs, common !== undefined) : Number.POSITIVE_INFINITY;
  if (saved && savingWaitMs === 0) return { next: saved, purse: 'savings' };
  // Who comes due while another one waits for its costs would only wait behind it.
  const nextDueAt = common
    ? Number.POSITIVE_INFINITY
    : Math.min(...waiting.filter(({ turn }) => turn.dueAt > now).map(({ turn }) => turn.dueAt));
  return { waitMs: Math.min(commonWaitMs, savingWaitMs, nextDueAt - now) };
}

function firstBy<Item>(rankOf: (item: Item) => number, items: readonly Item[]): Item | undefined {
  const ranked = items.map((item) => ({ item, rank: rankOf(item) }));
  return ranked.sort((a, b) => a.rank - b.rank)[0]?.item;
}
