import { setTimeout as delay } from 'node:timers/promises';
import type { Evidence } from '../model/doctor.ts';
import type { Glance } from '../stats/glance.ts';
import type { Patient } from './patient.ts';

/** So many glances between two looks tell a batch of a tenth of the time from growth. */
const mostGlances = 23;
const shortestStepMs = 250;
/** The walks of the heaps may take this share of the time. */
const walkShare = 0.05;
/** A glance may take as much of a processor as this many times the walk of the first look did: the program may have grown. */
const walkSlack = 4;
const leastBudgetMs = 100;

type Watched = Pick<Patient, 'look' | 'lookAgain' | 'glance'>;

/**
 * One look, or two with `forMs` between them and glances at equal distances, the second with what has grown since the first. Called off between them: the
 * first.
 */
export async function lookFor(patient: Watched, forMs: number | undefined, signal?: AbortSignal): Promise<Evidence> {
  if (forMs === undefined) return patient.look();
  const first = await patient.look({ isWarmUp: true });
  // The first time that a JVM describes itself it reads its own symbol tables, some 5 MiB of malloc that stay: no growth of the program's.
  const warm = first.jvm ? await patient.look() : first;
  const glances = await glanceFor(patient, warm, forMs, signal);
  return glances ? patient.lookAgain(warm, glances) : warm;
}

/** At the start, at the end and between; those of the two ends leave malloc's heaps to the looks. Undefined when the wait was called off. */
async function glanceFor(
  { glance }: Pick<Watched, 'glance'>,
  { malloc }: Evidence,
  forMs: number,
  signal: AbortSignal | undefined,
): Promise<Glance[] | undefined> {
  const startedAt = performance.now();
  const walkMs = malloc?.durationMs ?? 0;
  const steps = Math.max(1, Math.min(mostGlances, Math.floor(forMs / Math.max(shortestStepMs, walkMs / walkShare)))) + 1;
  const budgetMs = malloc ? Math.max(leastBudgetMs, Math.ceil(walkMs * walkSlack)) : 0;
  const glances = [await glance(0)];
  for (let step = 1; step <= steps; step++) {
    if (!(await isOver(startedAt + (forMs * step) / steps - performance.now(), signal))) return undefined;
    glances.push(await glance(step < steps ? budgetMs : 0));
  }
  return glances;
}

/** Whether the time is over; false when the wait was called off. */
async function isOver(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await delay(Math.max(0, ms), undefined, { signal });
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
}
