import type { DoctorFile } from '../model/doctor-file.ts';
import { zlibRssBytes } from './process-figures.ts';
import { type PartKind, type RssPart, rssParts } from './rss-parts.ts';

export interface RssNode {
  name: string;
  kind: PartKind;
  bytes: number;
  /** What it is made of, the largest first; absent where that is not known. */
  parts?: RssNode[];
}

type Evidence = DoctorFile['evidence'];
type Arena = NonNullable<Evidence['malloc']>['arenas'][number];

/** RSS as a tree: its parts, and of each what it is made of as far as that is known. */
export function rssTree(evidence: Evidence): RssNode {
  const parts = rssParts(evidence)
    .filter(({ bytes }) => bytes > 0)
    .map((part) => withParts(part, partsOf(part, evidence)));
  return { name: 'RSS', kind: 'other', bytes: evidence.rssBytes, parts: largestFirst(joinJvm(parts)) };
}

/** The JVM's own regions are small each. */
function joinJvm(parts: readonly RssNode[]): RssNode[] {
  const own = parts.filter(({ kind }) => kind === 'jvm');
  if (own.length < 2) return [...parts];
  const joined: RssNode = {
    name: 'JVM',
    kind: 'jvm',
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: largestFirst(own),
  };
  return [...parts.filter(({ kind }) => kind !== 'jvm'), joined];
}

function partsOf({ name, kind }: RssPart, evidence: Evidence): RssNode[] {
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

function heapParts({ jvm }: Evidence): RssNode[] {
  if (!jvm?.heap) return [];
  const { usedBytes, rssBytes } = jvm.heap;
  const objects = Math.min(usedBytes, rssBytes);
  return [
    { name: 'objects, garbage among them', kind: 'heap', bytes: objects },
    { name: 'touched, without objects', kind: 'heap', bytes: rssBytes - objects },
  ];
}

function arenaParts({ malloc }: Evidence, kind: PartKind, bytesOf: (arena: Arena) => number): RssNode[] {
  const arenas = malloc?.arenas ?? [];
  return arenas.map((arena, index) => ({ name: arenaName(arena, index), kind, bytes: bytesOf(arena) }));
}

/** Arenas have no name of their own: they are counted in the order of their list, the main one first. */
export function arenaName({ isMain }: Pick<Arena, 'isMain'>, index: number): string {
  return isMain ? 'main arena' : `arena ${index}`;
}

/** Whose the blocks in use are: the JVM's by its own account, zlib's by their sizes. Both count what was asked for, resident or not. */
function inUseParts(evidence: Evidence): RssNode[] {
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
function withParts(part: RssPart, parts: readonly RssNode[]): RssNode {
  const known = largestFirst(parts.filter(({ bytes }) => bytes > 0));
  if (known.length === 0) return part;
  const restBytes = part.bytes - known.reduce((sum, { bytes }) => sum + bytes, 0);
  return { ...part, parts: restBytes > 0 ? [...known, { name: 'the rest', kind: part.kind, bytes: restBytes }] : known };
}

function largestFirst(parts: readonly RssNode[]): RssNode[] {
  return parts.toSorted((a, b) => b.bytes - a.bytes);
}
