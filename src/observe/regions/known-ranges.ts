import type { AddressRange } from '../../model/address-range.ts';
import type { RegionKind } from '../../model/doctor.ts';
import type { HeapInspection, HeapRange } from '../../model/inspection.ts';
import type { Mapping } from '../../parse/smaps.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import type { JvmFacts } from '../jvm.ts';
import { goHeaps } from './go-heap.ts';
import { committedWithin, findNodes, guessHeaps, guessMetaspace, placesOfNodes } from './guess.ts';
import { type KnownRange, layRanges } from './ranges.ts';
import { stackRanges } from './stacks.ts';

export interface Knowledge {
  mappings: readonly Mapping[];
  /** What the JVM told; nothing when the process is none, or did not answer. */
  jvm: JvmFacts;
  inspection: Pick<HeapInspection, 'ranges'> | undefined;
  threads: readonly ThreadPlace[];
  isJvm: boolean;
  isGlibc: boolean;
}

const nmtKinds: Record<string, RegionKind> = {
  'Java Heap': 'java heap',
  Class: 'metaspace',
  Metaspace: 'metaspace',
  'Shared class space': 'cds',
  Code: 'code cache',
  GC: 'gc',
  GCCardSet: 'gc',
  'Thread Stack': 'thread stacks',
};
const heapKinds: Record<HeapRange['kind'], RegionKind> = {
  main: 'glibc main',
  arena: 'glibc arenas',
  mmapped: 'glibc mmapped',
};

/** Who knows best comes first: the JVM's own addresses, the inspector, stack pointers, and what is known by its shape only. */
export function knownRanges(knowledge: Knowledge): KnownRange[] {
  const { inspection, mappings, isGlibc, isJvm } = knowledge;
  const glibc = inspection?.ranges.map(({ start, end, kind }) => ({ start, end, kind: heapKinds[kind] }));
  const go = goHeaps(mappings);
  const stacks = stackRanges({ ...knowledge, mappings: mappings.filter((mapping) => !isWithin(mapping, go)) });
  const certain = layRanges([fromJvm(knowledge.jvm), glibc ?? [], go, stacks]);
  return layRanges([
    certain,
    glibc || !isGlibc ? [] : withoutOverlap(guessHeaps(mappings), certain),
    isJvm ? metaspaceByShape(knowledge, certain) : [],
    nmtStacks(knowledge.jvm),
  ]);
}

function metaspaceByShape({ mappings, jvm }: Knowledge, certain: readonly KnownRange[]): KnownRange[] {
  const shaped = withoutOverlap(guessMetaspace(mappings), certain);
  const told = jvm.metaspaceNodes;
  if (!told || told.nodes <= shaped.length) return shaped;
  const committedBytes = told.committedBytes - shaped.reduce((sum, node) => sum + committedWithin(mappings, node), 0);
  const places = withoutOverlap(placesOfNodes(mappings), layRanges([certain, shaped]));
  return [...shaped, ...findNodes(mappings, places, { nodes: told.nodes - shaped.length, committedBytes })];
}

function isWithin({ start, end }: AddressRange, ranges: readonly AddressRange[]): boolean {
  return ranges.some((range) => start >= range.start && end <= range.end);
}

/** What is known by its shape only is something else when a part of it is certain to be. Both are sorted. */
function withoutOverlap(guesses: readonly KnownRange[], certain: readonly KnownRange[]): KnownRange[] {
  let next = 0;
  return guesses.filter(({ start, end }) => {
    while ((certain[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    return (certain[next]?.start ?? Number.POSITIVE_INFINITY) >= end;
  });
}

function fromJvm({ info, heapRanges, nmtRanges }: JvmFacts): KnownRange[] {
  const nmt = ofNmt(nmtRanges).filter(({ kind }) => kind !== 'thread stacks');
  const claim = (kind: RegionKind, list: readonly { start: number; end: number }[]) => list.map((range) => ({ ...range, kind }));
  return layRanges([
    claim('java heap', heapRanges),
    nmt,
    claim('code cache', info.codeHeaps),
    claim('cds', info.cds),
    claim('metaspace', info.classSpace),
    claim('gc', info.gc),
  ]);
}

function ofNmt(ranges: JvmFacts['nmtRanges']): KnownRange[] {
  return ranges.map(({ start, end, category }) => ({
    start,
    end,
    kind: nmtKinds[category] ?? 'jvm other',
    ...(nmtKinds[category] === undefined ? { name: category } : {}),
  }));
}

/** Stacks of threads whose stack pointer could not be read. */
function nmtStacks({ nmtRanges }: JvmFacts): KnownRange[] {
  return ofNmt(nmtRanges).filter(({ kind }) => kind === 'thread stacks');
}
