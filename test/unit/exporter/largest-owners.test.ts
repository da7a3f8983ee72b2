import { expect, test } from 'vitest';
import { largestOwners } from '../../../src/exporter/largest-owners.ts';
import type { OwnerKind } from '../../../src/model/owners.ts';

const ownerOf = (kind: OwnerKind, name: string, bytes: number) => ({ kind, name, bytes });
const sumOf = (owners: readonly { bytes: number }[]) => owners.reduce((sum, { bytes }) => sum + bytes, 0);

test('names that fold into one are one owner; five are told, and the others together', () => {
  const owners = [
    ownerOf('jvm', 'JVM', 50),
    ...[1, 2, 3].map((number) => ownerOf('java', `a.B$$Lambda/0x${number}`, 20)),
    ownerOf('java', 'a.C', 40),
    ownerOf('thread', 'C2 CompilerThread0', 9),
    ownerOf('library', 'libzip.so', 8),
    ownerOf('mapped', 'other mappings', 7),
    ownerOf('nobody', 'nobody', 30),
  ];
  const told = largestOwners(owners, sumOf(owners));
  expect(told).toEqual([
    { kind: 'java', owner: 'a.B$$Lambda', bytes: 60 },
    { kind: 'jvm', owner: 'JVM', bytes: 50 },
    { kind: 'java', owner: 'a.C', bytes: 40 },
    { kind: 'nobody', owner: 'nobody', bytes: 30 },
    { kind: 'thread', owner: 'CN CompilerThreadN', bytes: 9 },
    { kind: 'other', owner: 'other', bytes: 15 },
  ]);
  expect(sumOf(told)).toBe(sumOf(owners));
});

test('who has nothing is not told, and a class may be called as the others are', () => {
  expect(largestOwners([ownerOf('java', 'other', 3), ownerOf('nobody', 'nobody', 0)], 3)).toEqual([
    { kind: 'java', owner: 'other', bytes: 3 },
    { kind: 'other', owner: 'other', bytes: 0 },
  ]);
});
