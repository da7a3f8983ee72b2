import type { Evidence, Finding } from '../../model/doctor.ts';
import type { Owner } from '../../model/owners.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { classesNamed, fateOf } from '../../stats/owned-blocks.ts';
import { zlibRssBytes } from '../../stats/process-figures.ts';
import { collectNow, endZlibStates, findLeak, showOwners } from '../advice.ts';
import { collectRegularly } from '../java-heap-cures.ts';
import { describeLastCollection, isCollectedNow, wasCollectedForThis } from '../last-collection.ts';
import { describeRoot } from './owners.ts';
import { isMaterial } from './thresholds.ts';

/** Fewer Java objects than this part of the census: other code asks malloc for blocks of zlib's sizes. */
const confirmingShare = 0.5;

/**
 * Many zlib states of a JVM that nothing in the program leads to. Where nobody has looked for that: of a JVM that has not collected its whole heap for
 * long, and then only a collection tells whether they wait for it.
 */
export function waitingForGc(evidence: Evidence): Finding[] {
  const { jvm } = evidence;
  if (!jvm || !isWaitingForGc(evidence)) return [];
  const fixes = [collectNow(evidence), endZlibStates(), ...collectRegularly(evidence)];
  const summary = `${describeStates(evidence)}. ${describeWaiting(evidence)}, and ${describeLastCollection(jvm)}.`;
  return [{ code: 'waiting-for-gc', severity: 'problem', summary, evidence: figuresOf(evidence), fixes }];
}

function describeWaiting(evidence: Evidence): string {
  const owners = zlibOwners(evidence);
  if (fateOf(owners) !== 'waiting') return 'They wait for a GC, or the program holds them: a collection tells';
  const waiting = owners.reduce((sum, { held }) => sum + (held?.waitingObjects ?? 0), 0);
  return `${formatCount(waiting)} of them are garbage: nothing in the program leads to them. A collection frees them`;
}

/** The same that the program holds: a field or a thread leads to them, or they have survived a collection which the doctor asked for. */
export function zlibHeld(evidence: Evidence): Finding[] {
  if (!isZlibHeld(evidence)) return [];
  const root = zlibOwners(evidence).flatMap((owner) => describeRoot(owner) ?? [])[0];
  const fixes = [endZlibStates(), ...(root === undefined ? [] : [showOwners(evidence)]), findLeak(evidence)];
  const held = `the program holds them${root === undefined ? '' : `, ${root}`}.`;
  const isTried = evidence.jvm !== undefined && wasCollectedForThis(evidence.jvm);
  const summary = isTried
    ? `${describeStates(evidence)}, and have survived a collection of the whole heap: ${held}`
    : `${describeStates(evidence)}: ${held}`;
  return [{ code: 'zlib-held', severity: 'problem', summary, evidence: figuresOf(evidence), fixes }];
}

/** What of malloc's blocks is told by one of the two: resident bytes. */
export function toldZlibBytes(evidence: Evidence): number {
  const isTold = isWaitingForGc(evidence) || isZlibHeld(evidence);
  return isTold ? (zlibRssBytes(evidence) ?? 0) : 0;
}

export function isWaitingForGc(evidence: Evidence): boolean {
  if (!isZlibMaterial(evidence) || evidence.jvm === undefined) return false;
  const fate = fateOf(zlibOwners(evidence));
  return fate === undefined ? !isCollectedNow(evidence.jvm) : fate === 'waiting';
}

function isZlibHeld(evidence: Evidence): boolean {
  if (!isZlibMaterial(evidence) || evidence.jvm === undefined) return false;
  const fate = fateOf(zlibOwners(evidence));
  return fate === undefined ? wasCollectedForThis(evidence.jvm) : fate === 'held';
}

/** Of JDK 11 on, and of JDK 8, which has one class for both. */
const zlibClasses = /^java\.util\.zip\.(?:Inflater\$InflaterZStreamRef|Deflater\$DeflaterZStreamRef|ZStreamRef)$/;

export function isZlibClass(name: string): boolean {
  return zlibClasses.test(name);
}

/** Classes whose objects hold zlib's states; none where the way up from them was not followed for as many as there are states. */
export function zlibOwners(evidence: Evidence): Owner[] {
  const owners = classesNamed(evidence, zlibClasses).filter(({ held }) => held !== undefined);
  const { inflaters = 0, deflaters = 0 } = evidence.malloc?.census ?? {};
  const objects = owners.reduce((sum, owner) => sum + (owner.objects ?? 0), 0);
  return objects >= confirmingShare * (inflaters + deflaters) ? owners : [];
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
