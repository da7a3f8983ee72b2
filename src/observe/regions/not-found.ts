import type { RegionKind } from '../../model/doctor.ts';
import type { JvmFacts } from '../jvm.ts';
import type { KnownRange } from './ranges.ts';

/** Kinds of which a JVM that answers has memory that nobody could place. NMT places all. */
export function kindsNotFound({ hasAnswered, nmtRanges, metaspace, heap }: JvmFacts, ranges: readonly KnownRange[]): RegionKind[] {
  if (!hasAnswered || nmtRanges.length > 0) return [];
  const sizeOf = (kind: RegionKind) =>
    ranges.filter((range) => range.kind === kind).reduce((sum, { start, end }) => sum + end - start, 0);
  const missing: [RegionKind, boolean][] = [
    ['java heap', sizeOf('java heap') === 0 && heap.collector !== 'ZGC'],
    ['metaspace', sizeOf('metaspace') < (metaspace?.reservedBytes ?? 1)],
    ['code cache', sizeOf('code cache') === 0],
    ['gc', sizeOf('gc') === 0 && heap.collector !== 'Epsilon'],
  ];
  return missing.filter(([, isMissing]) => isMissing).map(([kind]) => kind);
}
