import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { zlibRssBytes } from '../../stats/process-figures.ts';
import { collectNow, endZlibStates, findLeak } from '../advice.ts';
import { collectRegularly } from '../java-heap-cures.ts';
import { describeLastCollection, isCollectedNow, wasCollectedForThis } from '../last-collection.ts';
import { isMaterial } from './thresholds.ts';

/** Fewer Java objects than this part of the census: other code asks malloc for blocks of zlib's sizes. */
const confirmingShare = 0.5;

/** Many zlib states of a JVM that has not collected its whole heap for long. Whether they wait for that, or the program holds them, only a collection tells. */
export function waitingForGc(evidence: Evidence): Finding[] {
  const { jvm } = evidence;
  if (!jvm || !isWaitingForGc(evidence)) return [];
  const fixes = [collectNow(evidence), endZlibStates(), ...collectRegularly(evidence)];
  const summary = `${describeStates(evidence)}. They wait for a GC, or the program holds them: a collection tells, and ${describeLastCollection(jvm)}.`;
  return [{ code: 'waiting-for-gc', severity: 'problem', summary, evidence: figuresOf(evidence), fixes }];
}

/** The same that have survived a collection which the doctor asked for. */
export function zlibHeld(evidence: Evidence): Finding[] {
  if (!isZlibHeld(evidence)) return [];
  const fixes = [endZlibStates(), findLeak(evidence)];
  const summary = `${describeStates(evidence)}, and have survived a collection of the whole heap: the program holds them.`;
  return [{ code: 'zlib-held', severity: 'problem', summary, evidence: figuresOf(evidence), fixes }];
}

/** What of malloc's blocks is told by one of the two: resident bytes. */
export function toldZlibBytes(evidence: Evidence): number {
  const isTold = isWaitingForGc(evidence) || isZlibHeld(evidence);
  return isTold ? (zlibRssBytes(evidence) ?? 0) : 0;
}

export function isWaitingForGc(evidence: Evidence): boolean {
  return isZlibMaterial(evidence) && evidence.jvm !== undefined && !isCollectedNow(evidence.jvm);
}

function isZlibHeld(evidence: Evidence): boolean {
  return isZlibMaterial(evidence) && evidence.jvm !== undefined && wasCollectedForThis(evidence.jvm);
}

function isZlibMaterial(evidence: Evidence): boolean {
  const { malloc, jvm } = evidence;
  if (!malloc || !jvm || !isMaterial(evidence, zlibRssBytes(evidence) ?? 0)) return false;
  const { inflaters, deflaters } = malloc.census;
  const { histogram } = jvm;
  return !histogram || histogram.inflaters + histogram.deflaters >= confirmingShare * (inflaters + deflaters);
}

function describeStates(evidence: Evidence): string {
  const { inflaters = 0, deflaters = 0 } = evidence.malloc?.census ?? {};
  const confirmed = evidence.jvm?.histogram ? ' of Inflaters and Deflaters' : '';
  return `${formatCount(inflaters + deflaters)} zlib states${confirmed} hold ${formatMiB(zlibRssBytes(evidence) ?? 0)} of ${formatMiB(evidence.rssBytes)} MiB`;
}

function figuresOf(evidence: Evidence): Finding['evidence'] {
  const { inflaters = 0, deflaters = 0, bytes: allocatedBytes = 0 } = evidence.malloc?.census ?? {};
  const { histogram, gc } = evidence.jvm ?? {};
  return {
    bytes: zlibRssBytes(evidence) ?? 0,
    inflaters,
    deflaters,
    allocatedBytes,
    ...(histogram ? { inflaterObjects: histogram.inflaters, deflaterObjects: histogram.deflaters } : {}),
    ...(gc?.lastFullAgoMs === undefined ? {} : { lastFullGcAgoMs: gc.lastFullAgoMs }),
  };
}
