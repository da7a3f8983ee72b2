import { cheapLookMs, type Pace, type Purse } from './pace.ts';
import type { Subject, Turn } from './subject.ts';

/** Longer than what a timer takes would be none. */
const longestWaitMs = 3_600_000;

export interface Choice {
  subject: Subject;
  purse: Purse;
}

/** A first look at a small process, its questions to a JVM among it. */
const firstLookMs = 20;
/** Measured: what `smaps` has of each, and what is made of it. */
const mappingMs = 0.04;
/** Its name, its stack pointer and, behind a meter, its counters. */
const threadMs = 0.15;

/** Behind those that wait already: who starts processes faster than they are looked at is not to be all that is looked at. */
export function firstTurn({ mappings, threads }: { mappings: number; threads: number }): Turn {
  const expectedMs = firstLookMs + mappings * mappingMs + threads * threadMs;
  return { dueAt: performance.now(), failures: 0, expectedMs, isTried: false };
}

/** A part of what a look used may be others' doing: one that cost much is not yet taken for costly, if those before it were cheap. */
export function learnCost(turn: Turn, usedMs: number): void {
  turn.expectedMs = (turn.expectedMs + usedMs) / 2;
  turn.isTried = true;
}

/**
 * Who is looked at next, and who pays, or how long nobody is. Processes that are known to cost little come first, in the order in which they were due; then those of
 * which that is expected. The rest, and new processes while there are known ones that wait, are looked at from what is saved up for them: one waits the longer
 * the more it is expected to cost, and none for ever.
 */
export function chooseNext(subjects: readonly Subject[], pace: Pace): Choice | { waitMs: number } {
  const now = performance.now();
  const due = subjects.filter(({ turn }) => !turn.pending && turn.dueAt <= now);
  const ranks = new Map(due.map((subject) => [subject, subject.turn.dueAt + pace.savingTimeMs(subject.turn.expectedMs)]));
  const firstOf = (some: readonly Subject[]) =>
    some.reduce<Subject | undefined>(
      (first, other) => (first && (ranks.get(first) ?? 0) <= (ranks.get(other) ?? 0) ? first : other),
      undefined,
    );
  const isCheap = ({ turn }: Subject) => turn.expectedMs <= cheapLookMs;
  const isKnownCheap = (subject: Subject) => subject.turn.isTried && isCheap(subject);
  const known = firstOf(due.filter(isKnownCheap));
  const common = known ?? firstOf(due.filter(isCheap));
  const commonWaitMs = common ? pace.waitMs(common.turn.expectedMs) : Number.POSITIVE_INFINITY;
  if (common && commonWaitMs === 0) return { subject: common, purse: 'common' };
  const saved = firstOf(due.filter((subject) => !isKnownCheap(subject)));
  const savingWaitMs = saved ? pace.saveMs(saved.turn.expectedMs, common !== undefined) : Number.POSITIVE_INFINITY;
  if (saved && savingWaitMs === 0) return { subject: saved, purse: 'savings' };
  const nextDueAt = subjects.reduce(
    (first, { turn }) => (turn.pending || turn.dueAt <= now ? first : Math.min(first, turn.dueAt)),
    now + longestWaitMs,
  );
  return { waitMs: Math.min(commonWaitMs, savingWaitMs, nextDueAt - now) };
}
