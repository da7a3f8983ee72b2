import type { DoctorResult, Evidence } from '../model/doctor.ts';
import type { MallocSettings } from '../model/malloc-settings.ts';
import { peek } from '../observe/peek.ts';
import { toolVersion } from '../process/tool-version.ts';
import { boundLists, boundSizes } from '../stats/listed-heaps.ts';
import { type Applied, applyTrim, type OnTrim } from './apply.ts';
import { applyGc } from './apply-gc.ts';
import { applySet } from './apply-set.ts';
import { diagnose } from './diagnose.ts';
import { explainUnknown } from './explain.ts';
import { stillGrown } from './growth-doubts.ts';
import { withCollection } from './last-collection.ts';
import { lookFor } from './look-for.ts';
import { curedFindings, describeOutcome } from './outcome.ts';
import type { Patient } from './patient.ts';

export interface Examination {
  /** Time between two looks; one look when undefined. */
  forMs: number | undefined;
  gc: boolean;
  trim: boolean;
  /** Called before the allocator is told to trim. */
  onTrim?: OnTrim | undefined;
  /** What malloc is to be set to. */
  set?: MallocSettings | undefined;
  /** Whether to show what the largest mappings hold. */
  peek: boolean;
  /** Calls it off: it rejects with the signal's reason, unless it waits between two looks. Then the first is the result. */
  signal?: AbortSignal | undefined;
}

/** Looks, applies what was asked for, and judges what came of it. */
export async function examine(
  patient: Patient,
  { forMs, gc, trim, set, onTrim, peek: peeks, signal }: Examination,
): Promise<DoctorResult> {
  const startedAt = performance.now();
  const evidence = await lookFor(patient, forMs, signal);
  if (forMs !== undefined && evidence.growth === undefined && signal?.aborted) return toResult(evidence, elapsedMs(startedAt));
  // Before anything is changed.
  const peeked = peeks ? await peek(evidence, signal) : undefined;
  const applied: Applied[] = [];
  // In this order: what a collection frees is given back by the threshold that holds then, and a trim finds what is left.
  if (set) applied.push(await applySet(patient, set));
  if (gc) applied.push(await applyGc(patient));
  const collectedAt = performance.now();
  if (trim) applied.push(await applyTrim(patient, onTrim));
  const last = applied.at(-1)?.after;
  const after = last && gc ? withCollection(last, performance.now() - collectedAt) : last;
  const result = after ? judgeAfter(evidence, after, applied) : toResult(evidence, 0);
  return { ...result, durationMs: elapsedMs(startedAt), ...(peeked ? { peek: peeked } : {}) };
}

/** What is true now, what the experiment has shown, and what was said before it. */
function judgeAfter(before: Evidence, after: Evidence, done: readonly Applied[]): DoctorResult {
  const applied = done.map(({ fix }) => fix);
  // What grew between two looks has grown, unless it is gone.
  const result = toResult({ ...after, ...(before.growth ? { growth: stillGrown(before.growth, applied) } : {}) }, 0);
  const said = diagnose(before);
  return {
    ...result,
    verdict: [...describeOutcome(applied, result), result.verdict].join(' '),
    findings: [...result.findings, ...curedFindings(said, result, applied)],
    applied,
    before: said,
  };
}

/** The result of a look after which nothing was applied. */
export function toResult(evidence: Evidence, durationMs: number): DoctorResult {
  const tool = { name: 'offheap', version: toolVersion } as const;
  const blindSpots = explainUnknown(evidence);
  const { malloc } = evidence;
  // Judged by all of them.
  const shown = malloc ? { ...evidence, malloc: boundSizes(boundLists(malloc)) } : evidence;
  return { schemaVersion: 2, tool, ...diagnose(evidence), evidence: shown, blindSpots, applied: [], durationMs };
}

function elapsedMs(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
