import type { Evidence, JvmEvidence } from '../model/doctor.ts';
import { formatSeconds } from '../model/units.ts';

type WithCollections = Pick<JvmEvidence, 'gc' | 'collector'>;

/** Cleaners free within seconds of a collection of the whole heap: what is live after that is mostly held by the program. */
const recentMs = 10_000;

/** Whether the whole heap was collected a moment ago: little of what is in use waits for that. */
export function isCollectedNow({ gc }: WithCollections): boolean {
  return gc?.lastFullAgoMs !== undefined && gc.lastFullAgoMs < recentMs;
}

/** Whether the doctor had the heap collected before this look, and all that came of it had settled: what is in use then is held by the program. */
export function wasCollectedForThis({ gc }: WithCollections): boolean {
  return gc?.askedAgoMs !== undefined;
}

/** JEP 318: what is garbage stays until the JVM ends, and so does all that waits for a collection. */
export function neverCollects({ collector }: WithCollections): boolean {
  return collector === 'Epsilon';
}

/** A clause. */
export function describeLastCollection(jvm: WithCollections): string {
  const { gc } = jvm;
  if (neverCollects(jvm)) return 'its collector, Epsilon, never collects';
  if (gc === undefined) return 'when the whole heap was last collected is not known';
  if (gc.lastFullAgoMs !== undefined) return `the whole heap was last collected ${formatSeconds(gc.lastFullAgoMs)} ago`;
  return 'the whole heap was never collected';
}

/** Of a look that follows a collection which the doctor asked for. A JVM without counters (-XX:-UsePerfData) tells of none. */
export function withCollection(evidence: Evidence, agoMs: number): Evidence {
  const { jvm } = evidence;
  if (!jvm) return evidence;
  const askedAgoMs = Math.round(agoMs);
  return { ...evidence, jvm: { ...jvm, gc: { collections: 1, lastFullAgoMs: askedAgoMs, ...jvm.gc, askedAgoMs } } };
}
