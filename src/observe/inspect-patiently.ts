import type { HeapInspection } from '../model/inspection.ts';
import { InspectDeadline } from '../native/inspect-errors.ts';
import { isNearlyAllRead, mallocRead } from '../stats/malloc-read.ts';

export interface PatientOptions {
  /** Processor time for the first inspection. */
  budgetMs: number;
  /** The same for all of them together. No more than `budgetMs`: there is one. */
  patienceMs: number;
  /** Called before each that follows, with the processor time that it may take. */
  onLonger?: ((budgetMs: number) => void) | undefined;
}

/** A program that changes its heaps all the time is read as far in the third try as in the tenth. */
const mostTries = 3;
/** Of free chunks, that a busy program changes while they are followed. Where more were left, there was no time for them. */
const fewLists = 32;
/** Of the time that is left: what is done beside walking may take a quarter of the budget more (native/inspect/inspect.c). */
const walkingShare = 0.8;

/** Inspects again, for longer, where much was left unread, and returns the inspection that read most. Called off meanwhile: the best until then. */
export async function inspectPatiently(
  inspect: (budgetMs: number) => Promise<HeapInspection>,
  { budgetMs, patienceMs, onLonger }: PatientOptions,
): Promise<HeapInspection> {
  const until = usedMs() + patienceMs;
  let best = await attempt(inspect, budgetMs);
  for (let tries = 1; tries < mostTries; tries++) {
    const longerMs = Math.round(walkingShare * (until - usedMs()));
    if (isEnough(best) || longerMs <= budgetMs) break;
    onLonger?.(longerMs);
    try {
      best = better(best, await attempt(inspect, longerMs));
    } catch (error) {
      if (best instanceof InspectDeadline) throw error;
      return best;
    }
  }
  if (best instanceof InspectDeadline) throw best;
  return best;
}

/** An inspection's thread is of this process, which does little else meanwhile. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Outcome = HeapInspection | InspectDeadline;

/** That its time was over is no reason not to try again. */
async function attempt(inspect: (budgetMs: number) => Promise<HeapInspection>, budgetMs: number): Promise<Outcome> {
  try {
    return await inspect(budgetMs);
  } catch (error) {
    if (error instanceof InspectDeadline) return error;
    throw error;
  }
}

function isEnough(outcome: Outcome): boolean {
  return !(outcome instanceof InspectDeadline) && isNearlyAllRead(outcome) && listsLeft(outcome) <= fewLists;
}

function better(first: Outcome, second: Outcome): Outcome {
  if (second instanceof InspectDeadline) return first;
  if (first instanceof InspectDeadline || uncertainShare(second) < uncertainShare(first)) return second;
  return isNearlyAllRead(second) && listsLeft(second) < listsLeft(first) ? second : first;
}

function listsLeft({ unfollowedLists = 0 }: HeapInspection): number {
  return unfollowedLists;
}

function uncertainShare(inspection: HeapInspection): number {
  const { uncertainBytes, rssBytes } = mallocRead(inspection);
  return uncertainBytes / (rssBytes || 1);
}
