import type { AddressRange } from '../../model/address-range.ts';
import type { RegionKind } from '../../model/doctor.ts';
import type { HeapInspection, HeapRange } from '../../model/inspection.ts';
import type { Mapping } from '../../parse/smaps.ts';
import type { ImageHeap } from '../../process/image-heap.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import type { JvmFacts } from '../jvm.ts';
import { unclaimedChains } from './chains.ts';
import { goHeaps } from './go-heap.ts';
import { guessHeaps, guessMetaspace } from './guess.ts';
import { imageHeaps } from './image-heap.ts';
import { codeByShape, gcByShape } from './jvm-shapes.ts';
import { withoutLoneBlocks } from './lone-blocks.ts';
import { findClassSpace, findMetaspace } from './metaspace.ts';
import { type KnownRange, layRanges } from './ranges.ts';
import { stackRanges } from './stacks.ts';
import { systemMapRanges } from './system-map.ts';

export interface Knowledge {
  mappings: readonly Mapping[];
  /** What the JVM told; nothing when the process is none, or did not answer. */
  jvm: JvmFacts;
  inspection: Pick<HeapInspection, 'ranges'> | undefined;
  threads: readonly ThreadPlace[];
  isJvm: boolean;
  isGlibc: boolean;
  /** Of a native image of GraalVM. */
  imageHeap?: ImageHeap | undefined;
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

/** Who knows best comes first: the JVM's own addresses, the inspector, stack pointers, and what is known by its shape or size only. */
export function knownRanges(knowledge: Knowledge): KnownRange[] {
  const { inspection, mappings, isGlibc, isJvm } = knowledge;
  const glibc = inspection?.ranges.map(({ start, end, kind }) => ({ start, end, kind: heapKinds[kind] }));
  // ZGC has its heap at such addresses as well, and a JVM has no other.
  const go = isJvm ? [] : goHeaps(mappings);
  const ofImage = imageHeaps(mappings, knowledge.imageHeap);
  const stacks = stackRanges({ ...knowledge, mappings: mappings.filter((mapping) => !isWithin(mapping, go)) });
  const named = systemMapRanges(knowledge.jvm.systemMap, knowledge.jvm.nmt);
  const certain = layRanges([metaspaceOf(named, knowledge.jvm), fromJvm(knowledge.jvm), glibc ?? [], go, ofImage, stacks, named]);
  const own = isJvm ? jvmByShape(knowledge, certain) : [];
  return layRanges([
    own.filter(({ kind }) => kind === 'metaspace'),
    certain,
    glibc || !isGlibc ? [] : withoutOverlap(guessHeaps(mappings), certain),
    own,
    nmtStacks(knowledge.jvm),
  ]);
}

/** Metaspace as System.map names it, where that is all of what the JVM says it has reserved: else some of it was merged with something else. */
function metaspaceOf(named: readonly KnownRange[], { metaspace }: JvmFacts): KnownRange[] {
  const found = named.filter(({ kind }) => kind === 'metaspace');
  const bytes = found.reduce((sum, { start, end }) => sum + end - start, 0);
  return bytes === metaspace?.reservedBytes ? found : [];
}

/** What the JVM has but gives no address of. NMT gives all. */
function jvmByShape({ mappings, jvm }: Knowledge, certain: readonly KnownRange[]): KnownRange[] {
  if (jvm.nmtRanges.length > 0) return [];
  const isPlaced = (of: RegionKind) => jvm.places.some(({ kind }) => kind === of);
  const code = jvm.info.codeHeaps.length > 0 || isPlaced('code cache') ? [] : codeByShape(mappings);
  const named = systemMapRanges(jvm.systemMap, jvm.nmt);
  const isMetaspaceKnown = metaspaceOf(named, jvm).length > 0 || isPlaced('metaspace');
  const metaspace = isMetaspaceKnown ? [] : metaspaceByShape(mappings, jvm, certain);
  const known = layRanges([certain, code, metaspace]);
  // Of Shenandoah's tables the cards alone are placed, and a JVM that tells of some may have more than its structures do.
  const isAllPlaced = isPlaced('gc') && jvm.info.gc.length === 0 && jvm.heap.collector !== 'Shenandoah';
  const isGcKnown = named.some(({ kind }) => kind === 'gc') || isAllPlaced;
  const gc = isGcKnown ? [] : gcByShape(unclaimedChains(mappings, known), jvm);
  return layRanges([code, metaspace, gc]);
}

function metaspaceByShape(mappings: readonly Mapping[], jvm: JvmFacts, certain: readonly KnownRange[]): KnownRange[] {
  return jvm.metaspace ? metaspaceBySize(mappings, jvm, certain) : withoutOverlap(guessMetaspace(mappings), certain);
}

/** The JVM knows best what it has: what fits its sums is metaspace, even where malloc is said to have a block. */
function metaspaceBySize(
  mappings: readonly Mapping[],
  { metaspace, classSpace, info }: JvmFacts,
  certain: readonly KnownRange[],
): KnownRange[] {
  if (!metaspace) return [];
  const claimed = withoutLoneBlocks(mappings, certain);
  const isPlaced = classSpace === undefined || info.classSpace.length > 0;
  const found = isPlaced ? [] : findClassSpace(unclaimedChains(mappings, claimed), classSpace);
  const nodes = {
    reservedBytes: metaspace.reservedBytes - (classSpace?.reservedBytes ?? 0),
    committedBytes: metaspace.committedBytes - (classSpace?.committedBytes ?? 0),
  };
  return [...found, ...findMetaspace(unclaimedChains(mappings, layRanges([claimed, found])), nodes)];
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

function fromJvm({ info, heapRanges, nmtRanges, places }: JvmFacts): KnownRange[] {
  const nmt = ofNmt(nmtRanges).filter(({ kind }) => kind !== 'thread stacks');
  const claim = (kind: RegionKind, list: readonly { start: number; end: number }[]) => list.map((range) => ({ ...range, kind }));
  return layRanges([
    claim('java heap', heapRanges),
    nmt,
    claim('code cache', info.codeHeaps),
    claim('cds', info.cds),
    claim('metaspace', info.classSpace),
    claim('gc', info.gc),
    places,
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
