import type { Owner } from '../model/owners.ts';
import { threadGroup } from '../parse/thread-print.ts';
import { byKey } from './by-key.ts';

/** Of one owner: those that explain most of it. */
export const mostTypes = 8;
export const mostFields = 8;

/** Threads whose names differ by numbers are one owner, and classes of one name that several loaders have loaded. The largest first, nobody last. */
export function joinOwners(owners: readonly Owner[]): Owner[] {
  const joined = [...byKey(owners, keyOf).values()].map(joinOne);
  return joined.sort((a, b) => Number(a.kind === 'nobody') - Number(b.kind === 'nobody') || b.bytes - a.bytes);
}

function keyOf(owner: Owner): unknown {
  if (owner.kind === 'thread') return `thread ${threadGroup(owner.name)}`;
  return owner.kind === 'java' ? `class ${owner.name}` : owner;
}

function joinOne(members: readonly Owner[]): Owner {
  const [first, ...others] = members;
  if (!first || others.length === 0) return first as Owner;
  const sum = (figure: 'objects' | 'directBlocks' | 'directBytes' | 'blocks' | 'bytes' | 'share' | 'sharedBlocks') =>
    members.reduce((all, member) => all + (member[figure] ?? 0), 0);
  const types = byName(members.flatMap((member) => member.types ?? []))
    .map((of) => ({ name: of[0]?.name ?? '', blocks: total(of, 'blocks'), bytes: total(of, 'bytes') }))
    .sort((a, b) => b.bytes - a.bytes);
  const fields = byName(members.flatMap((member) => member.fields ?? []))
    .map((of) => ({ name: of[0]?.name ?? '', objects: total(of, 'objects') }))
    .sort((a, b) => b.objects - a.objects);
  return {
    kind: first.kind,
    ...(first.kind === 'thread'
      ? { name: threadGroup(first.name), threads: members.length }
      : { name: first.name, objects: sum('objects'), loaders: members.length }),
    directBlocks: sum('directBlocks'),
    directBytes: sum('directBytes'),
    blocks: sum('blocks'),
    bytes: sum('bytes'),
    share: Math.min(1, sum('share')),
    ...(sum('sharedBlocks') > 0 ? { sharedBlocks: sum('sharedBlocks') } : {}),
    ...(fields.length > 0 ? { fields: fields.slice(0, mostFields) } : {}),
    ...(types.length > 0 ? { types: types.slice(0, mostTypes) } : {}),
  };
}

function byName<Item extends { name: string }>(items: readonly Item[]): Item[][] {
  return [...byKey(items, ({ name }) => name).values()];
}

function total<Figure extends string>(of: readonly Record<Figure, number>[], figure: Figure): number {
  return of.reduce((all, one) => all + one[figure], 0);
}
