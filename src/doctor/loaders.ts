import type { Evidence, GrowthEvidence, JvmEvidence } from '../model/doctor.ts';
import { formatCount } from '../model/units.ts';
import { wasCollectedForThis } from './last-collection.ts';

// Class loaders: whether they are held, or wait for a collection of the whole heap, which alone unloads classes.

/** Fewer come while a program begins, one for each accessor of a method that is called by reflection. */
const leastLoaders = 5;
/** A service that loads scripts anew has most of its classes unloaded again; a leak has next to none. */
const unloadedShare = 0.1;

/** New loaders with their classes: these are no sign of a program that begins. */
export function bringsLoaders({ loaders = 0 }: GrowthEvidence): boolean {
  return loaders >= leastLoaders;
}

/** Whether collections of the whole heap have unloaded classes here, as they do where loaders are let go. */
export function unloadsClasses({ classLoading }: Pick<JvmEvidence, 'classLoading'>): boolean {
  return classLoading !== undefined && classLoading.unloaded >= unloadedShare * classLoading.loaded;
}

/** Whether loaders that are there have been looked at by a collection, and stayed. */
function haveSurvived(jvm: JvmEvidence, growth: GrowthEvidence): boolean {
  if (wasCollectedForThis(jvm)) return true;
  const lastFullAgoMs = jvm.gc?.lastFullAgoMs;
  if (lastFullAgoMs === undefined) return false;
  // Of one during the look some of the new ones were there; of an earlier one those before them.
  return lastFullAgoMs < growth.intervalMs || (jvm.classLoading !== undefined && !unloadsClasses(jvm));
}

/** Why more class loaders may be no leak; undefined where that is not seen. */
export function doubtOfLoaders({ jvm }: Pick<Evidence, 'jvm'>, growth: GrowthEvidence): string | undefined {
  if (!jvm || !bringsLoaders(growth)) return undefined;
  const { classLoading } = jvm;
  if (unloadsClasses(jvm) && classLoading && !wasCollectedForThis(jvm))
    return `Collections of the whole heap unload such classes: ${formatCount(classLoading.unloaded)} of ${formatCount(classLoading.loaded)} until now. Look for longer than from one to the next, or have the heap collected, --gc.`;
  if (haveSurvived(jvm, growth)) return undefined;
  return 'Only a collection of the whole heap unloads classes, and there was none: have it collected, --gc.';
}

/** Whether its addresses were not found, or not all, as may be before JDK 17: then it is in what is unexplained. */
export function isMetaspaceMissing({ unknown }: Pick<Evidence, 'unknown'>): boolean {
  return unknown.some(({ code, detail }) => code === 'not-told' && detail?.split(', ').includes('metaspace'));
}
