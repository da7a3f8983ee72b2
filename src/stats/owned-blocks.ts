import type { Evidence } from '../model/doctor.ts';
import type { Owner } from '../model/owners.ts';
import { residentPart } from './process-figures.ts';
import { areUnownedLost } from './unowned.ts';

/** Held by the program, garbage that a collection frees, or garbage with which it loses the blocks; as far as the way up from its objects was followed. */
export type Fate = 'held' | 'waiting' | 'doomed';

/** Of objects that are of both fates, what most of them are. */
const mostShare = 0.5;

/** Of several classes together. Undefined where nobody looked, or too few of the objects were followed. */
export function fateOf(owners: readonly Owner[]): Fate | undefined {
  const objects = owners.reduce((sum, owner) => sum + (owner.objects ?? 0), 0);
  const held = owners.reduce((sum, owner) => sum + (owner.held?.heldObjects ?? 0), 0);
  const waiting = owners.reduce((sum, owner) => sum + (owner.held?.waitingObjects ?? 0), 0);
  if (objects > 0 && waiting >= mostShare * objects) return owners.every(losesBlocks) ? 'doomed' : 'waiting';
  return objects > 0 && held > mostShare * objects ? 'held' : undefined;
}

/** Of as few objects a word can be there by chance. */
const strayShare = 0.01;
/** Its classes free what is behind them. */
const isOfJdk = /^(?:java|javax|jdk|sun)\./;

/**
 * Whether nobody frees the blocks of objects when these are collected: no Cleaner, finalizer or other reference of java.lang.ref leads to them, and no other object, such as the
 * action of a Cleaner, has the addresses of their blocks. Who had made them was to close them.
 */
export function losesBlocks({ name, directBlocks, sharedBlocks = 0, held }: Owner): boolean {
  if (!held || isOfJdk.test(name) || sharedBlocks >= mostShare * directBlocks) return false;
  const references = held.holders.filter(({ kind }) => ['soft', 'weak', 'final', 'phantom'].includes(kind));
  return references.every(({ level, heldObjects }) => level === 1 && heldObjects < strayShare * held.objects);
}

/** Classes whose objects are garbage with which their blocks are lost. */
export function doomedOwners({ owners }: Pick<Evidence, 'owners'>): Owner[] {
  return owners?.owners.filter((owner) => owner.kind === 'java' && fateOf([owner]) === 'doomed') ?? [];
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
