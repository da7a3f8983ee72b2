import type { Owner } from '../model/owners.ts';
import { ownerLabel } from './owner-label.ts';
import type { OwnedBytes } from './subject.ts';

/** Of a process: a few explain nearly all, and each is a series. */
const mostOwners = 5;

/** The largest by their labels, and "other": they sum to `liveBytes`. */
export function largestOwners(owners: readonly Pick<Owner, 'kind' | 'name' | 'bytes'>[], liveBytes: number): OwnedBytes[] {
  const sums = new Map<string, OwnedBytes>();
  for (const { kind, name, bytes } of owners) {
    const owner = ownerLabel(kind, name);
    const key = `${kind} ${owner}`;
    sums.set(key, { kind, owner, bytes: bytes + (sums.get(key)?.bytes ?? 0) });
  }
  const largest = [...sums.values()]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, mostOwners);
  const rest = largest.reduce((left, { bytes }) => left - bytes, liveBytes);
  return [...largest, { kind: 'other', owner: 'other', bytes: Math.max(0, rest) }];
}
