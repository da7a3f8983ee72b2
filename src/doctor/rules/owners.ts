import type { Evidence } from '../../model/doctor.ts';
import type { Holder, Owner } from '../../model/owners.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { mainRoot, nearestField } from '../../stats/holder-path.ts';
import { fateOf } from '../../stats/owned-blocks.ts';
import { joinAnd } from '../join.ts';

const mostOwners = 3;
/** An owner that has less of it explains nothing. */
const tellingShare = 0.05;

/** `in app.Page.cursors, by the static field app.Cache.MAP`: where most objects of a class are held, and what leads there from outside of the Java heap, where that is known. */
export function describeRoot({ name, held }: Owner): string | undefined {
  const root = held && mainRoot(held);
  if (root === undefined || root.kind === 'jvm') return undefined;
  const nearest = nearestField(name, held ?? {});
  return `${nearest ? `in ${nearest.name}.${nearest.field}, ` : ''}by ${nameRoot(root)}`;
}

function nameRoot({ kind, name, field }: Holder): string {
  return kind === 'static' ? `the static field ${name}.${field ?? '?'}` : `the thread ${name}`;
}

/** The owners that explain most of so many bytes, without some; none where nobody looked. */
export function largestOwners({ owners }: Pick<Evidence, 'owners'>, bytes: number, without: readonly Owner[]): Owner[] {
  const others = owners?.owners.filter(({ kind }) => kind !== 'nobody') ?? [];
  return others.filter((owner) => !without.includes(owner) && owner.bytes >= tellingShare * bytes).slice(0, mostOwners);
}

export function describeOwned(owners: readonly Owner[]): string {
  return `The owners of most: ${joinAnd(owners.map(describeOwner))}.`;
}

function describeOwner(owner: Owner): string {
  const { kind, bytes, objects = 0 } = owner;
  const details = [...(kind === 'java' ? [`${formatCount(objects)} objects`] : []), ...describeFate(owner)];
  return `${nameOwner(owner)} ${formatMiB(bytes)} MiB${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function describeFate(owner: Owner): string[] {
  const waiting = formatCount(owner.held?.waitingObjects ?? 0);
  const fate = fateOf([owner]);
  if (fate === 'waiting') return [`of which ${waiting} are garbage that waits for a GC`];
  if (fate === 'doomed') return [`of which ${waiting} are garbage whose blocks nothing frees`];
  const root = describeRoot(owner);
  return root === undefined ? [] : [`held ${root}`];
}

/** Within a sentence. */
export function nameOwner({ kind, name, types = [] }: Pick<Owner, 'kind' | 'name' | 'types'>): string {
  const [type] = types;
  const of = type ? `, most of it ${type.name},` : '';
  switch (kind) {
    case 'thread':
      return `the thread ${name}${of}`;
    case 'jvm':
      return 'the JVM';
    default:
      return `${name}${of}`;
  }
}
