import type { AppliedFix, Evidence, GrowthEvidence } from '../model/doctor.ts';
import type { Owner } from '../model/owners.ts';
import { bytesPerMiB, formatCount, formatMiB, formatSeconds } from '../model/units.ts';
import { ownerKey } from '../stats/owner-growth.ts';
import { wasCollectedForThis } from './last-collection.ts';
import { bringsLoaders, doubtOfLoaders } from './loaders.ts';

// Why growth that was seen may not go on: each a sentence, of which the first is told.

/** A batch that is worked off, a burst of requests or a young generation that fills take some seconds: in less, a leak looks like them. */
export const leastLeakMs = 10_000;
/** Of one processor. A JVM that has warmed up compiles a method now and then. */
const compilerShare = 0.1;
/** A class brings its metadata, its code and names. */
const leastClasses = 100;
/** What rises for so long without a fall is no batch. */
const longEnoughMs = 300_000;
/** Of the peak. Less is what the kernel's count of RSS is off by, and what any program has more for a moment. */
const leastBelowPeakShare = 0.01;
/** Less, and the JVM's own blocks hide what became of RSS. */
const leastReusedBytes = 4 * bytesPerMiB;
/** Of the growth, and of the objects of a class, of which a few are on their way. */
const mostShare = 0.5;
const heldShare = 0.9;
/** A GC that is further off frees nothing in time. */
const longestAwaitedMs = 600_000;

/** A sentence. Undefined of growth that goes on, as far as can be told. */
export function doubtOf(evidence: Doubtful, growth: GrowthEvidence, grownBytes: number): string | undefined {
  return (
    warmingUp(growth) ??
    tooShort(growth) ??
    (isHeld(evidence, growth, grownBytes) ? undefined : awaitedCollection(evidence, growth)) ??
    belowPeak(growth) ??
    reused(growth, grownBytes)
  );
}

interface Doubtful {
  jvm?: Evidence['jvm'] | undefined;
  owners?: Evidence['owners'] | undefined;
}

/** The same of metaspace that grows: classes of new loaders are what a leak of these brings, and no collection but that of the whole heap unloads them. */
export function doubtOfMetaspace(evidence: Evidence, growth: GrowthEvidence, grownBytes: number): string | undefined {
  if (!bringsLoaders(growth)) return doubtOf(evidence, growth, grownBytes);
  const { classes: _, ...withoutClasses } = growth;
  return warmingUp(withoutClasses) ?? tooShort(growth) ?? doubtOfLoaders(evidence, growth) ?? belowPeak(growth);
}

/** The JIT compiler's arenas, and what comes with classes, grow while a program begins, and stop. */
export function isWarmingUp({ compilerMs = 0, classes = 0, intervalMs }: GrowthEvidence): boolean {
  return compilerMs >= compilerShare * intervalMs || classes >= leastClasses;
}

function warmingUp(growth: GrowthEvidence): string | undefined {
  if (!isWarmingUp(growth)) return undefined;
  const { compilerMs = 0, classes = 0, intervalMs } = growth;
  const loaded = classes > 0 ? ` and loaded ${formatCount(classes)} classes` : '';
  return `The JVM is at work on itself: meanwhile it compiled for ${formatSeconds(compilerMs)} of ${formatSeconds(intervalMs)}${loaded}. Look again when that is over.`;
}

function tooShort({ intervalMs }: GrowthEvidence): string | undefined {
  if (intervalMs >= leastLeakMs) return undefined;
  return 'That is too short to tell a leak from a batch of work that is freed at its end: look for longer, --for=1m.';
}

function belowPeak({ peakRssBytes, readings, intervalMs }: GrowthEvidence): string | undefined {
  const rssBytes = readings?.findLast((reading) => reading.rssBytes !== undefined)?.rssBytes;
  if (peakRssBytes === undefined || rssBytes === undefined || intervalMs >= longEnoughMs) return undefined;
  if (peakRssBytes - rssBytes < leastBelowPeakShare * peakRssBytes) return undefined;
  return `RSS has been larger before, ${formatMiB(peakRssBytes)} MiB, and fell again: this may as well. Look for longer, --for=5m.`;
}

/** What was freed before and is in use again: a sawtooth rises into the memory of its last tooth. */
function reused({ rssBytes, intervalMs }: GrowthEvidence, grownBytes: number): string | undefined {
  if (grownBytes < leastReusedBytes || rssBytes >= grownBytes / 2 || intervalMs >= longEnoughMs) return undefined;
  return 'RSS hardly grew: the program had freed as much before, and may do so again. Look for longer, --for=5m.';
}

/** Whether most of it is behind Java objects that the program holds: no collection frees that. */
function isHeld({ owners }: Doubtful, growth: GrowthEvidence, grownBytes: number): boolean {
  const held = new Set(owners?.owners.filter(isHeldOwner).map(ownerKey));
  const grown = (growth.owners ?? []).filter((change) => held.has(ownerKey(change)));
  return grown.reduce((sum, { change }) => sum + change.bytes, 0) >= mostShare * grownBytes && grown.length > 0;
}

function isHeldOwner({ kind, objects = 0, held }: Owner): boolean {
  return kind === 'java' && objects > 0 && (held?.heldObjects ?? 0) >= heldShare * objects;
}

/** Native blocks of Java objects are freed after a collection: what grows until the next one may go with it. */
function awaitedCollection({ jvm }: { jvm?: Evidence['jvm'] | undefined }, growth: GrowthEvidence): string | undefined {
  if (!jvm || (growth.collections ?? 0) > 0 || wasCollectedForThis(jvm)) return undefined;
  const waitMs = untilCollection(jvm, growth);
  if (waitMs > longestAwaitedMs) return undefined;
  return `There was no GC meanwhile, and one is due in about ${formatSeconds(waitMs)}. It frees what waits for it: look for longer than that, or have the heap collected, --gc.`;
}

/** Until the heap is full at the pace of this look; for ever where objects hardly come, or the heap is not known. */
function untilCollection({ heap }: NonNullable<Evidence['jvm']>, { javaHeapUsedBytes = 0, intervalMs }: GrowthEvidence): number {
  if (!heap || javaHeapUsedBytes < bytesPerMiB) return Number.POSITIVE_INFINITY;
  return (Math.max(0, heap.committedBytes - heap.usedBytes) / javaHeapUsedBytes) * intervalMs;
}

/** After a collection that the doctor asked for: blocks that it freed had waited for it, and are no growth. */
export function stillGrown(growth: GrowthEvidence, applied: readonly AppliedFix[]): GrowthEvidence {
  const freedBytes = applied.reduce((sum, { freedBlocksBytes = 0 }) => sum + freedBlocksBytes, 0);
  if (!growth.steadyMalloc || freedBytes < growth.steadyMalloc.grownBytes / 2) return growth;
  const { steadyMalloc: _, ...rest } = growth;
  return rest;
}
