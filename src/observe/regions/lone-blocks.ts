import type { Mapping } from '../../parse/smaps.ts';
import { findLast, type KnownRange } from './ranges.ts';

/**
 * Without blocks of malloc that lie alone in the middle of a mapping. The inspector knows a block of mmap by its first words, and the JVM's own data may begin a
 * page with the same: profiles of methods do. A real one lies beside others, or where its mapping begins or ends. Both are sorted.
 */
export function withoutLoneBlocks(mappings: readonly Mapping[], ranges: readonly KnownRange[]): KnownRange[] {
  return ranges.filter((range, index) => {
    if (range.kind !== 'glibc mmapped') return true;
    const mapping = mappings[findLast(mappings, range.start)];
    const touches = ranges[index - 1]?.end === range.start || ranges[index + 1]?.start === range.end;
    return touches || mapping?.start === range.start || (mapping?.end ?? 0) <= range.end;
  });
}
