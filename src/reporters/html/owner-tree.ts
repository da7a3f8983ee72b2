import type { Owner, OwnersEvidence, UnownedSize } from '../../model/owners.ts';
import { formatCount } from '../../model/units.ts';
import type { MapKind, MapNode } from '../../stats/map-node.ts';
import { describeHolders } from '../owner-holders.ts';
import { nameOwner } from '../owner-names.ts';
import { describeOwner } from '../owner-sentences.ts';

type OwnersLook = Pick<OwnersEvidence, 'owners' | 'liveBytes' | 'unowned'>;

/** More cannot be told from one another. */
const mostOwners = 500;

/** Blocks in use as a tree: by owner, and of each what its blocks are. */
export function ownerTree(look: OwnersLook): MapNode {
  return { name: 'blocks in use', kind: 'other', bytes: look.liveBytes, parts: ownerNodes(look) };
}

/** The owners, and what the others have together. `toBytes`: of an owner's, those that are drawn. */
export function ownerNodes({ owners, liveBytes, unowned }: OwnersLook, toBytes = (bytes: number) => bytes): MapNode[] {
  const drawn = owners.filter(({ bytes }) => bytes > 0).slice(0, mostOwners);
  const nodes = drawn.map((owner) => toNode(owner, unowned.sizes, toBytes));
  const othersBytes = toBytes(drawn.reduce((rest, { bytes }) => rest - bytes, liveBytes));
  const others: MapNode[] = othersBytes > 0 ? [{ name: 'other owners', kind: 'other', bytes: othersBytes }] : [];
  return [...nodes, ...others].sort((a, b) => b.bytes - a.bytes);
}

function toNode(owner: Owner, sizes: readonly UnownedSize[], toBytes: (bytes: number) => number): MapNode {
  const kind: MapKind = `owner-${owner.kind}`;
  const parts = partsOf(owner, sizes).map(({ name, bytes }): MapNode => ({ name, kind, bytes: toBytes(bytes) }));
  return {
    ...{ name: nameOwner(owner), kind, bytes: toBytes(owner.bytes) },
    parts: parts.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes),
    notes: notesOf(owner),
  };
}

interface Part {
  name: string;
  bytes: number;
}

/** What explains its blocks: categories of the JVM, sizes of those of nobody, C++ classes; else how far they are from it. They sum to its bytes. */
function partsOf({ kind, bytes, directBytes, categories = [], types = [] }: Owner, sizes: readonly UnownedSize[]): Part[] {
  const told = kind === 'nobody' ? sizes.map(sizePart) : categories.length > 0 ? categories : types.map(typePart);
  if (told.length > 0) {
    const restBytes = told.reduce((rest, part) => rest - part.bytes, bytes);
    // The headers of Native Memory Tracking and of malloc are of the one or the other.
    return restBytes >= 0 ? [...told.map(nameAndBytes), { name: 'other blocks', bytes: restBytes }] : told.map(nameAndBytes);
  }
  const itself = kind === 'java' ? 'blocks that its objects point to' : 'blocks that it points to';
  return [
    { name: itself, bytes: directBytes },
    { name: 'blocks to which those lead', bytes: bytes - directBytes },
  ];
}

function nameAndBytes({ name, bytes }: Part): Part {
  return { name, bytes };
}

function sizePart({ chunkBytes, blocks }: UnownedSize): Part {
  return { name: `${formatCount(blocks)} of ${formatCount(chunkBytes)} B`, bytes: chunkBytes * blocks };
}

function typePart({ name, blocks, bytes }: NonNullable<Owner['types']>[number]): Part {
  return { name: `${formatCount(blocks)} ${name}`, bytes };
}

function notesOf(owner: Owner): string[] {
  const { objects, blocks } = owner;
  const of = objects === undefined ? '' : `${formatCount(objects)} objects, `;
  const { sentence, path = [] } = describeHolders(owner) ?? {};
  return [`${of}${formatCount(blocks)} blocks.`, ...describeOwner(owner), ...(sentence === undefined ? [] : [sentence, ...path])];
}
