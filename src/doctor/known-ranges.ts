import type { RegionKind } from '../model/doctor.ts';
import type { HeapInspection, HeapRange } from '../model/inspection.ts';
import { parseHeapInfo } from '../parse/heap-info.ts';
import { parseNmtRanges } from '../parse/nmt.ts';
import type { Mapping } from '../parse/smaps.ts';
import { parseVmInfo } from '../parse/vm-info.ts';
import { parseMetaspaceNodes } from '../parse/vm-texts.ts';
import type { ThreadPlace } from '../process/threads.ts';
import { committedWithin, findNodes, guessHeaps, guessMetaspace, placesOfNodes } from './guess.ts';
import { type KnownRange, layRanges } from './ranges.ts';
import { stackRanges } from './stacks.ts';

export interface Knowledge {
  mappings: readonly Mapping[];
  /** Diagnostic command → its text; empty when the process is no JVM or did not answer. */
  texts: ReadonlyMap<string, string>;
  inspection: HeapInspection | undefined;
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
  const certain = layRanges([fromJvm(knowledge.texts), glibc ?? [], stackRanges(knowledge)]);
  return layRanges([
    certain,
    glibc || !isGlibc ? [] : withoutOverlap(guessHeaps(mappings), certain),
    isJvm ? metaspaceByShape(knowledge, certain) : [],
    nmtStacks(knowledge.texts),
  ]);
}

function metaspaceByShape({ mappings, texts }: Knowledge, certain: readonly KnownRange[]): KnownRange[] {
  const shaped = withoutOverlap(guessMetaspace(mappings), certain);
  const told = parseMetaspaceNodes(texts.get('VM.metaspace') ?? '');
  if (!told || told.nodes <= shaped.length) return shaped;
  const committedBytes = told.committedBytes - shaped.reduce((sum, node) => sum + committedWithin(mappings, node), 0);
  const places = withoutOverlap(placesOfNodes(mappings), layRanges([certain, shaped]));
  return [...shaped, ...findNodes(mappings, places, { nodes: told.nodes - shaped.length, committedBytes })];
}

/** What is known by its shape only is something else when a part of it is certain to be. Both are sorted. */
function withoutOverlap(guesses: readonly KnownRange[], certain: readonly KnownRange[]): KnownRange[] {
  let next = 0;
  return guesses.filter(({ start, end }) => {
    while ((certain[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    return (certain[next]?.start ?? Number.POSITIVE_INFINITY) >= end;
  });
}

function fromJvm(texts: Knowledge['texts']): KnownRange[] {
  const { ranges } = parseHeapInfo(texts.get('GC.heap_info') ?? '');
  const info = parseVmInfo(texts.get('VM.info') ?? '');
  const nmt = nmtRanges(texts).filter(({ kind }) => kind !== 'thread stacks');
  const heap = ranges.length > 0 || !info.heap ? ranges : [info.heap];
  const claim = (kind: RegionKind, list: readonly { start: number; end: number }[]) => list.map((range) => ({ ...range, kind }));
  return layRanges([
    claim('java heap', heap),
    nmt,
    claim('code cache', info.codeHeaps),
    claim('cds', info.cds),
    claim('metaspace', info.classSpace),
    claim('gc', info.gc),
  ]);
}

function nmtRanges(texts: Knowledge['texts']): KnownRange[] {
  return parseNmtRanges(texts.get('VM.native_memory detail scale=1') ?? '').map(({ start, end, category }) => ({
    start,
    end,
    kind: nmtKinds[category] ?? 'jvm other',
    ...(nmtKinds[category] === undefined ? { name: category } : {}),
  }));
}

/** Stacks of threads whose stack pointer could not be read. */
function nmtStacks(texts: Knowledge['texts']): KnownRange[] {
  return nmtRanges(texts).filter(({ kind }) => kind === 'thread stacks');
}
