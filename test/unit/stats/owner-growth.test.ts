import { describe, expect, test } from 'vitest';
import { type Owner, type OwnersEvidence, type OwnersResult, ownersResult } from '../../../src/model/owners.ts';
import { compareOwners, grownOwners, ownerChanges } from '../../../src/stats/owner-growth.ts';
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

describe('owners of two looks of the doctor', () => {
  const { unowned, threads, gaps } = ownersResultOf([]);
  const heap = { collector: 'G1', jdk: 17, classes: 500, usedBytes: mib(9), readBytes: mib(9) };
  const look = (liveMib: number, owners: Owner[], more: Partial<OwnersEvidence> = {}): OwnersEvidence => ({
    ...{ liveBlocks: 100, liveBytes: mib(liveMib), owners, unowned, threads, gaps, heap },
    ...more,
  });
  const jvm = (bytes: number) => ownerOf({ kind: 'jvm', name: 'JVM', bytes });
  const named = (changes: ReturnType<typeof grownOwners>) => changes.map(({ name, change }) => [name, change.bytes]);

  test('those that changed by 64 KiB or more', () => {
    const before = look(30, [buffers(10, mib(20)), jvm(mib(10))]);
    expect(named(grownOwners(before, look(30, [buffers(11, mib(20) + 65_536), jvm(mib(10) - 65_535)])))).toEqual([
      ['java.nio.DirectByteBuffer', 65_536],
    ]);
  });

  test('one that came is told when it has more than the smallest that was listed then', () => {
    const before = look(30, [jvm(mib(20)), ownerOf({ kind: 'thread', name: 'main', bytes: mib(2) })]);
    const after = (bytes: number) =>
      look(40, [jvm(mib(20)), ownerOf({ kind: 'thread', name: 'main', bytes: mib(2) }), buffers(9, bytes)]);
    expect(named(grownOwners(before, after(mib(2))))).toEqual([['java.nio.DirectByteBuffer', mib(2)]]);
    expect(named(grownOwners(before, after(mib(2) - 1)))).toEqual([]);
    // All were listed: it had nothing.
    expect(named(grownOwners({ ...before, liveBytes: mib(22) }, { ...after(mib(1)), liveBytes: mib(23) }))).toEqual([
      ['java.nio.DirectByteBuffer', mib(1)],
    ]);
  });

  test('are none where it was looked for them once, or the Java heap was read once', () => {
    const [before, after] = [look(20, [buffers(10, mib(20))]), look(40, [buffers(20, mib(40))])];
    const { heap: _, ...unread } = before;
    expect([grownOwners(undefined, after), grownOwners(before, undefined), grownOwners(unread, after)]).toEqual([[], [], []]);
    expect(grownOwners(before, after)).toHaveLength(1);
  });
});
