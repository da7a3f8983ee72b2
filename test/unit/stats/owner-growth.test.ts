import { describe, expect, test } from 'vitest';
import { type OwnersResult, ownersResult } from '../../../src/model/owners.ts';
import { compareOwners, ownerChanges } from '../../../src/stats/owner-growth.ts';
import { mib } from '../../fixtures/evidence.ts';
import { ownerOf, ownersResultOf } from '../../fixtures/owners.ts';

const buffers = (objects: number, bytes: number) =>
  ownerOf({ kind: 'java', name: 'java.nio.DirectByteBuffer', objects, blocks: objects, bytes });

describe('owners of two looks', () => {
  test('by kind and name, the largest change first; one that came or went has one side', () => {
    const before = [buffers(10, mib(10)), ownerOf({ kind: 'thread', name: 'app', bytes: mib(7) })];
    const after = [ownerOf({ kind: 'library', name: 'app', bytes: mib(1) }), buffers(12, mib(15))];
    expect(ownerChanges(before, after)).toEqual([
      {
        ...{ kind: 'thread', name: 'app', before: { blocks: 1, bytes: mib(7) } },
        change: { blocks: -1, bytes: -mib(7) },
      },
      {
        ...{ kind: 'java', name: 'java.nio.DirectByteBuffer' },
        before: { objects: 10, blocks: 10, bytes: mib(10) },
        after: { objects: 12, blocks: 12, bytes: mib(15) },
        change: { objects: 2, blocks: 2, bytes: mib(5) },
      },
      {
        ...{ kind: 'library', name: 'app', after: { blocks: 1, bytes: mib(1) } },
        change: { blocks: 1, bytes: mib(1) },
      },
    ]);
  });

  test('libraries of one name in several folders are one', () => {
    const library = ownerOf({ kind: 'library', name: 'libzip.so', blocks: 3, bytes: mib(2) });
    expect(ownerChanges([library], [library, library])[0]?.change).toEqual({ blocks: 3, bytes: mib(2) });
  });

  test('of as many bytes, those with more blocks come first', () => {
    const changes = ownerChanges([buffers(1, 0), ownerOf({ kind: 'jvm', name: 'JVM', bytes: 0, blocks: 9 })], []);
    expect(changes.map(({ name }) => name)).toEqual(['JVM', 'java.nio.DirectByteBuffer']);
  });
});

describe('an earlier result', () => {
  const before = ownersResultOf([buffers(10, mib(10))]);
  const after = (changes: Partial<OwnersResult>) => ownersResultOf([buffers(12, mib(15))], changes);
  const later = (ms: number) => ({ takenAt: before.takenAt + ms, uptimeMs: before.uptimeMs + ms });

  test('has the figures of then, and is valid within the later one', () => {
    const baseline = compareOwners({ ...before, whyNoHeap: 'its tables could not be read' }, after(later(90_000)));
    const { takenAt, command, rssBytes, liveBlocks, liveBytes } = before;
    expect(baseline).toMatchObject({ pid: 4711, command, takenAt, rssBytes, liveBlocks, liveBytes });
    expect(baseline).toMatchObject({ isSameProcess: true, intervalMs: 90_000, whyNoHeap: 'its tables could not be read' });
    const result = { ...after(later(90_000)), baseline };
    expect(ownersResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  test.each<[string, Partial<OwnersResult>, boolean]>([
    ['the start by a clock that was set by 2 s', { takenAt: before.takenAt + 9000, uptimeMs: before.uptimeMs + 7000 }, true],
    ['another start', { takenAt: before.takenAt + 9001, uptimeMs: before.uptimeMs + 7000 }, false],
    ['another pid', { ...later(9000), pid: 4712 }, false],
  ])('%s', (_, changes, isSame) => {
    expect(compareOwners(before, after(changes)).isSameProcess).toBe(isSame);
  });
});
