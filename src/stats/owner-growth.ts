import type { OwnerChange, OwnersBaseline } from '../model/owner-growth.ts';
import type { Owner, OwnersEvidence, OwnersResult } from '../model/owners.ts';
import { present } from '../model/present.ts';
import { isOneProcess } from './same-process.ts';

type OwnerFigures = Pick<Owner, 'kind' | 'name' | 'objects' | 'blocks' | 'bytes'>;
type Owned = NonNullable<OwnerChange['before']>;

/** An earlier result beside a later one. */
export function compareOwners(before: OwnersResult, after: OwnersResult): OwnersBaseline {
  const { pid, command, takenAt, rssBytes, liveBlocks, liveBytes } = before;
  return {
    ...{ pid, command, takenAt, rssBytes, liveBlocks, liveBytes },
    isSameProcess: isOneProcess(before, after),
    intervalMs: after.takenAt - takenAt,
    ...present('whyNoHeap', before.whyNoHeap),
    ...(before.unsized ? { isUnsized: true } : {}),
    owners: ownerChanges(before.owners, after.owners),
  };
}

/** Smaller changes explain nothing. */
const leastGrownBytes = 65_536;
const mostGrown = 16;

/**
 * The same of two looks of the doctor, which list the largest owners: one that is not listed has no more than the smallest that is, so a smaller change may be none. None is told where
 * the Java heap was read at one look alone: what its classes own would seem to come or go.
 */
export function grownOwners(before: OwnersEvidence | undefined, after: OwnersEvidence | undefined): OwnerChange[] {
  if (!before || !after || (before.heap === undefined) !== (after.heap === undefined)) return [];
  const leastBytes = Math.max(leastGrownBytes, unlistedBytes(before), unlistedBytes(after));
  return ownerChanges(before.owners, after.owners)
    .filter(({ change }) => Math.abs(change.bytes) >= leastBytes)
    .slice(0, mostGrown);
}

/** The most that an owner can have which is not listed. */
function unlistedBytes({ owners, liveBytes }: OwnersEvidence): number {
  const listedBytes = owners.reduce((sum, { bytes }) => sum + bytes, 0);
  const smallest = owners.filter(({ kind }) => kind !== 'nobody').at(-1)?.bytes ?? 0;
  return Math.min(smallest, Math.max(0, liveBytes - listedBytes));
}

/** Each owner of either list, the largest change first. */
export function ownerChanges(before: readonly OwnerFigures[], after: readonly OwnerFigures[]): OwnerChange[] {
  const [first, second] = [sumUp(before), sumUp(after)];
  const all = new Map([...before, ...after].map((owner) => [ownerKey(owner), owner]));
  return [...all]
    .map(([key, { kind, name }]) => toChange({ kind, name }, first.get(key), second.get(key)))
    .sort((a, b) => Math.abs(b.change.bytes) - Math.abs(a.change.bytes) || Math.abs(b.change.blocks) - Math.abs(a.change.blocks));
}

export function ownerKey({ kind, name }: Pick<Owner, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** Files of one name in several folders are several owners, which no name tells apart. */
function sumUp(owners: readonly OwnerFigures[]): Map<string, Owned> {
  const sums = new Map<string, Owned>();
  for (const owner of owners) {
    const key = ownerKey(owner);
    const { objects, blocks, bytes } = sums.get(key) ?? { blocks: 0, bytes: 0 };
    sums.set(key, {
      ...present('objects', add(objects, owner.objects)),
      blocks: blocks + owner.blocks,
      bytes: bytes + owner.bytes,
    });
  }
  return sums;
}

function add(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}

function toChange(owner: Pick<Owner, 'kind' | 'name'>, before: Owned | undefined, after: Owned | undefined): OwnerChange {
  const difference = (of: (owned: Owned) => number | undefined) =>
    (after ? (of(after) ?? 0) : 0) - (before ? (of(before) ?? 0) : 0);
  const hasObjects = before?.objects !== undefined || after?.objects !== undefined;
  return {
    ...owner,
    ...present('before', before),
    ...present('after', after),
    change: {
      ...(hasObjects ? { objects: difference(({ objects }) => objects) } : {}),
      blocks: difference(({ blocks }) => blocks),
      bytes: difference(({ bytes }) => bytes),
    },
  };
}
