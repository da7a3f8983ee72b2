import type { DoctorFile } from '../model/doctor-file.ts';
import { mallocRss } from './process-figures.ts';

/** What a part is, for its colour and its place: the same in the bar, in the map and in a comparison. */
export type PartKind =
  | 'heap'
  | 'malloc'
  | 'in-use'
  | 'trimmable'
  | 'kept'
  | 'cached'
  | 'unread'
  | 'jvm'
  | 'stacks'
  | 'files'
  | 'other';

export interface RssPart {
  name: string;
  kind: PartKind;
  bytes: number;
}

export type PartsSource = Pick<DoctorFile['evidence'], 'regions' | 'allocator'> & {
  malloc?: DoctorFile['evidence']['malloc'] | undefined;
};

/** What regions of glibc's malloc are called, whose bytes are divided by what gives them back. */
const mallocRegions: ReadonlySet<string> = new Set(['glibc main', 'glibc arenas', 'glibc mmapped']);
const kinds: Readonly<Record<string, PartKind>> = {
  'java heap': 'heap',
  allocator: 'malloc',
  metaspace: 'jvm',
  'code cache': 'jvm',
  cds: 'jvm',
  gc: 'jvm',
  'jvm other': 'jvm',
  'thread stacks': 'stacks',
  'mapped files': 'files',
  libraries: 'files',
};

/** The parts that sum up to RSS, those without a byte among them: malloc by what gives it back, the rest by region. */
export function rssParts(source: PartsSource): RssPart[] {
  const { regions, allocator } = source;
  const others = regions.filter(({ kind }) => !mallocRegions.has(kind));
  const named = others.map(({ kind, rssBytes }) => ({
    name: kind === 'allocator' ? `malloc of ${allocator.name}` : kind,
    kind: kinds[kind] ?? ('other' as const),
    bytes: rssBytes,
  }));
  return [...named.filter(({ kind }) => kind === 'heap'), ...mallocParts(source), ...named.filter(({ kind }) => kind !== 'heap')];
}

/** Without the heaps' own figures all of it is one part. */
function mallocParts(source: PartsSource): RssPart[] {
  const regions = source.regions.filter(({ kind }) => mallocRegions.has(kind));
  if (regions.length === 0) return [];
  const bytes = regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  const figures = mallocRss(source);
  if (!figures) return [{ name: 'malloc', kind: 'malloc', bytes }];
  // The heaps are read at another moment than the regions: the sum is that of the regions.
  let left = bytes;
  const take = (most: number) => {
    const taken = Math.min(most, left);
    left -= taken;
    return taken;
  };
  const trimmable = take(figures.trimmableBytes);
  const kept = take(figures.arenaTopBytes + figures.subPageBytes);
  const cached = take(figures.tcacheBytes);
  const unread = take(figures.unreadBytes);
  return [
    { name: 'malloc in use', kind: 'in-use', bytes: left },
    { name: 'malloc kept free, a trim gives it back', kind: 'trimmable', bytes: trimmable },
    { name: 'malloc kept free, a trim does not', kind: 'kept', bytes: kept },
    ...(cached > 0 ? [{ name: 'malloc kept free, in tcaches', kind: 'cached' as const, bytes: cached }] : []),
    ...(unread > 0 ? [{ name: 'malloc that could not be read', kind: 'unread' as const, bytes: unread }] : []),
  ];
}
