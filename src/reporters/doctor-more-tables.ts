import type { AppliedFix, DoctorResult, Evidence, PeekedMapping } from '../model/doctor.ts';
import type { DoctorFile } from '../model/doctor-file.ts';
import { formatCount, formatSmallMiB } from '../model/units.ts';
import { type Column, left, right, type TextTable, toTable } from './columns.ts';
import { signed } from './signed.ts';

// Tables of what was asked for by an option.

const changesShown = 8;

/** Where memory went by a fix: the parts that changed most. Undefined where none did. */
export function changesTable({ kind, changes = [] }: AppliedFix): TextTable | undefined {
  if (changes.length === 0) return undefined;
  const columns: Column<(typeof changes)[number]>[] = [
    left(kind === 'gc' ? 'by the collection' : 'by the trim', ({ part }) => part),
    right('before MiB', ({ beforeBytes }) => formatSmallMiB(beforeBytes)),
    right('after MiB', ({ afterBytes }) => formatSmallMiB(afterBytes)),
    right('change', ({ beforeBytes, afterBytes }) => mib(afterBytes - beforeBytes)),
  ];
  return toTable(columns, changes.slice(0, changesShown));
}

function mib(bytes: number): string {
  return signed(bytes, (size) => `${formatSmallMiB(size)} MiB`);
}

interface CountedClass {
  className: string;
  instances: number;
  bytes: number;
}

const classColumns: Column<CountedClass>[] = [
  left('class', ({ className }) => className),
  right('instances', ({ instances }) => formatCount(instances)),
  right('heap MiB', ({ bytes }) => formatSmallMiB(bytes)),
];
const classesShown = 10;

/** With --histogram: the classes of the Java heap that take most. */
export function classTable({ jvm }: Evidence, { verbose }: { verbose: boolean }): TextTable | undefined {
  if (!jvm?.histogram) return undefined;
  return toTable(classColumns, verbose ? jvm.histogram.top : jvm.histogram.top.slice(0, classesShown));
}

/** With --histogram: what the native census is to be compared with. */
export function describeZlibObjects({ jvm, malloc }: Pick<DoctorFile['evidence'], 'jvm' | 'malloc'>): string[] {
  if (!jvm?.histogram) return [];
  const { inflaters, deflaters, directBuffers } = jvm.histogram;
  const census = malloc?.census
    ? ` Their blocks of malloc: at most ${formatCount(malloc.census.inflaters)} and ${formatCount(malloc.census.deflaters)}.`
    : '';
  const buffers = directBuffers ? [`The Java heap has ${formatCount(directBuffers)} direct buffers that own memory.`] : [];
  return [`The Java heap has ${formatCount(inflaters)} Inflaters and ${formatCount(deflaters)} Deflaters.${census}`, ...buffers];
}

const peekColumns: Column<PeekedMapping>[] = [
  left('mapping', ({ start }) => start.toString(16)),
  left('whose', ({ name }) => name),
  right('RSS MiB', ({ rssBytes }) => formatSmallMiB(rssBytes)),
  left('pages looked at', ({ contents }) => mostFirst(contents).join('\n')),
  left('text in them', ({ excerpts }) => excerpts.join('\n')),
];

/** Undefined where nobody peeked. */
export function peekTable({ peek }: DoctorResult): TextTable | undefined {
  return peek && toTable(peekColumns, peek);
}

function mostFirst(contents: PeekedMapping['contents']): string[] {
  const kinds = Object.entries(contents).sort(([, a], [, b]) => b - a);
  return kinds.map(([kind, pages]) => `${pages} ${kind}`);
}
