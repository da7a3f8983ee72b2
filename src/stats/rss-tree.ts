import type { DoctorFile } from '../model/doctor-file.ts';
import type { MapNode } from './map-node.ts';
import { zlibRssBytes } from './process-figures.ts';
import { type PartKind, type RssPart, rssParts } from './rss-parts.ts';

type Evidence = DoctorFile['evidence'];
type Arena = NonNullable<Evidence['malloc']>['arenas'][number];

/** RSS as a tree: its parts, and of each what it is made of as far as that is known. `owners`: of the blocks in use, where it was looked for them. */
export function rssTree(evidence: Evidence, owners: readonly MapNode[] = []): MapNode {
  const parts = rssParts(evidence)
    .filter(({ bytes }) => bytes > 0)
    .map((part) => withParts(part, part.kind === 'in-use' && owners.length > 0 ? owners : partsOf(part, evidence)));
  return { name: 'RSS', kind: 'other', bytes: evidence.rssBytes, parts: largestFirst(joinJvm(parts)) };
}

/** The JVM's own regions are small each. */
function joinJvm(parts: readonly MapNode[]): MapNode[] {
  const own = parts.filter(({ kind }) => kind === 'jvm');
  if (own.length < 2) return [...parts];
  const joined: MapNode = {
    name: 'JVM',
    kind: 'jvm',
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: largestFirst(own),
  };
  return [...parts.filter(({ kind }) => kind !== 'jvm'), joined];
}

function partsOf({ name, kind }: RssPart, evidence: Evidence): MapNode[] {
  if (kind === 'heap') return heapParts(evidence);
  if (kind === 'trimmable')
    return arenaParts(evidence, kind, ({ residentFree }) => residentFree.pageBytes + residentFree.mainTopBytes);
  if (kind === 'kept')
    return arenaParts(evidence, kind, ({ residentFree }) => residentFree.arenaTopBytes + residentFree.subPageBytes);
  if (kind === 'cached') return arenaParts(evidence, kind, ({ tcacheBytes = 0 }) => tcacheBytes);
  if (kind === 'unread') return arenaParts(evidence, kind, ({ unreadableRssBytes = 0 }) => unreadableRssBytes);
  if (kind === 'in-use') return inUseParts(evidence);
  const region = evidence.regions.find((candidate) => candidate.kind === name);
  return region?.largest.map((member) => ({ name: member.name, kind, bytes: member.rssBytes })) ?? [];
}

function heapParts({ jvm }: Evidence): MapNode[] {
  if (!jvm?.heap) return [];
  const { usedBytes, rssBytes } = jvm.heap;
  const objects = Math.min(usedBytes, rssBytes);
  return [
    { name: 'objects, garbage among them', kind: 'heap', bytes: objects },
    { name: 'touched, without objects', kind: 'heap', bytes: rssBytes - objects },
  ];
}

function arenaParts({ malloc }: Evidence, kind: PartKind, bytesOf: (arena: Arena) => number): MapNode[] {
  const arenas = malloc?.arenas ?? [];
  return arenas.map((arena, index) => ({ name: arenaName(arena, index), kind, bytes: bytesOf(arena) }));
}

/** Arenas have no name of their own: they are counted in the order of their list, the main one first. */
export function arenaName({ isMain }: Pick<Arena, 'isMain'>, index: number): string {
  return isMain ? 'main arena' : `arena ${index}`;
}

/** Whose the blocks in use are: the JVM's by its own account, zlib's by their sizes. Both count what was asked for, resident or not. */
function inUseParts(evidence: Evidence): MapNode[] {
  const categories = evidence.jvm?.nmt?.categories ?? [];
  const ofJvm = categories.map(({ name, mallocBytes = 0 }) => ({
    name: `JVM: ${name}`,
    kind: 'in-use' as const,
    bytes: mallocBytes,
  }));
  const zlibBytes = zlibRssBytes(evidence) ?? 0;
  return [...ofJvm, { name: 'zlib states', kind: 'in-use', bytes: zlibBytes }];
}

/** With what is left as a part of its own. Accounts of what was asked for may sum up to more than is resident. */
function withParts(part: RssPart, parts: readonly MapNode[]): MapNode {
  const known = largestFirst(parts.filter(({ bytes }) => bytes > 0));
  if (known.length === 0) return part;
  const restBytes = part.bytes - known.reduce((sum, { bytes }) => sum + bytes, 0);
  return { ...part, parts: restBytes > 0 ? [...known, { name: 'the rest', kind: part.kind, bytes: restBytes }] : known };
}

function largestFirst(parts: readonly MapNode[]): MapNode[] {
  return parts.toSorted((a, b) => b.bytes - a.bytes);
}
