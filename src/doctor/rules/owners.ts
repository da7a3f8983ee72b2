import type { Evidence } from '../../model/doctor.ts';
import type { Holder, Owner } from '../../model/owners.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { joinAnd } from '../join.ts';

const mostOwners = 3;
/** An owner that has less of it explains nothing. */
const tellingShare = 0.05;

/** `by static app.Cache.MAP`: what leads to the objects of a class from outside of the Java heap, as far as one thing does. */
export function describeRoot({ held }: Owner): string | undefined {
  const holders = held?.holders ?? [];
  const root = holders.find(({ kind }) => kind === 'static') ?? holders.find(({ kind, level }) => kind === 'thread' && level === 0);
  return root && `by ${nameRoot(root)}`;
}

function nameRoot({ kind, name, field }: Holder): string {
  return kind === 'static' ? `the static field ${name}.${field ?? '?'}` : `the thread ${name}`;
}

/** The owners that explain most of so many bytes, without some; undefined where nobody looked, or none explains much. */
export function describeLargestOwners(
  { owners }: Pick<Evidence, 'owners'>,
  bytes: number,
  without: readonly Owner[],
): string | undefined {
  const named = owners?.owners
    .filter((owner) => owner.kind !== 'nobody' && !without.includes(owner) && owner.bytes >= tellingShare * bytes)
    .slice(0, mostOwners)
    .map(describeOwner);
  return named === undefined || named.length === 0 ? undefined : `The owners of most: ${joinAnd(named)}.`;
}

function describeOwner(owner: Owner): string {
  const { kind, bytes, objects = 0 } = owner;
  const root = describeRoot(owner);
  const details = [
    ...(kind === 'java' ? [`${formatCount(objects)} objects`] : []),
    ...(root === undefined ? [] : [`held ${root}`]),
  ];
  return `${nameOwner(owner)} ${formatMiB(bytes)} MiB${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function nameOwner({ kind, name, types = [] }: Owner): string {
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
