import type { Evidence } from '../model/doctor.ts';
import type { Owner } from '../model/owners.ts';
import { residentPart } from './process-figures.ts';
import { areUnownedLost } from './unowned.ts';

/** Held by the program, or garbage that a collection frees; as far as the way up from its objects was followed. */
export type Fate = 'held' | 'waiting';

/** Of objects that are of both fates, what most of them are. */
const mostShare = 0.5;

/** Of several classes together. Undefined where nobody looked, or too few of the objects were followed. */
export function fateOf(owners: readonly Owner[]): Fate | undefined {
  const objects = owners.reduce((sum, owner) => sum + (owner.objects ?? 0), 0);
  const held = owners.reduce((sum, owner) => sum + (owner.held?.heldObjects ?? 0), 0);
  const waiting = owners.reduce((sum, owner) => sum + (owner.held?.waitingObjects ?? 0), 0);
  if (objects > 0 && waiting >= mostShare * objects) return 'waiting';
  return objects > 0 && held > mostShare * objects ? 'held' : undefined;
}

/** Classes of Java objects that own blocks, by name. */
export function classesNamed({ owners }: Pick<Evidence, 'owners'>, pattern: RegExp): Owner[] {
  return owners?.owners.filter(({ kind, name }) => kind === 'java' && pattern.test(name)) ?? [];
}

/** Resident bytes of blocks to which nothing points; 0 where it is not certain that all was read. */
export function lostRssBytes(evidence: Pick<Evidence, 'owners' | 'malloc'>): number {
  const { owners } = evidence;
  if (!owners || !areUnownedLost(owners)) return 0;
  return residentPart(evidence, owners.owners.find(({ kind }) => kind === 'nobody')?.bytes ?? 0) ?? 0;
}
