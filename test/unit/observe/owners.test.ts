import { expect, test } from 'vitest';
import type { NativeOwners } from '../../../src/native/native-owners.ts';
import { toOwners } from '../../../src/observe/tell-owners.ts';

const nativeOwner = (values: Partial<NativeOwners['owners'][number]>): NativeOwners['owners'][number] => ({
  ...{ kind: 'nobody', source: 0, name: '', objects: 0, directBlocks: 0, directBytes: 0, blocks: 0, bytes: 0, sharedBlocks: 0 },
  ...values,
});

const found = (owners: Partial<NativeOwners['owners'][number]>[], more: Partial<NativeOwners> = {}): NativeOwners => ({
  owners: owners.map(nativeOwner),
  ...{
    fields: [],
    types: [],
    categories: [],
    sizes: [],
    holders: [],
    climbs: [],
    liveBlocks: 100,
    liveBytes: 1000,
    missingBlocks: 0,
  },
  ...{ unreadBytes: 0, nobodysFirst: 0, nobodysFirstBytes: 0, missedBytes: 0, lostPointers: 0, threads: 4, threadsWithoutStack: 0 },
  ...{ walkMs: 1, heapMs: 2, followMs: 3, otherMs: 4, holdersMs: 5 },
  ...more,
});

const sources = [
  { kind: 'jvm', name: 'JVM' },
  { kind: 'library', name: 'librocksdb.so' },
] as const;

test('threads whose names differ by numbers are one owner; one alone keeps its name; nobody comes last', () => {
  const threads = [
    { kind: 'thread', name: 'C2 CompilerThread0', source: 17, blocks: 3, bytes: 30, directBlocks: 1, directBytes: 10 },
    { kind: 'thread', name: 'pool-1-thread-1', source: 18, blocks: 5, bytes: 50, directBlocks: 2, directBytes: 20 },
    { kind: 'thread', name: 'pool-1-thread-2', source: 19, blocks: 7, bytes: 70, directBlocks: 3, directBytes: 30 },
  ] as const;
  const { owners } = toOwners(found([{ kind: 'library', source: 1, blocks: 2, bytes: 100 }, ...threads, { bytes: 500 }]), {
    sources: [...sources],
    isJvm: false,
  });
  expect(owners.map(({ kind, name, bytes }) => [kind, name, bytes])).toEqual([
    ['thread', 'pool-N-thread-N', 120],
    ['library', 'librocksdb.so', 100],
    ['thread', 'C2 CompilerThread0', 30],
    ['nobody', 'nobody', 500],
  ]);
  expect(owners[0]).toEqual({
    ...{
      kind: 'thread',
      name: 'pool-N-thread-N',
      threads: 2,
      directBlocks: 5,
      directBytes: 50,
      blocks: 12,
      bytes: 120,
      share: expect.closeTo(0.12),
    },
  });
});

test('a class has its fields by objects, whom it shares blocks with, and who holds its objects', () => {
  const classes = [
    { kind: 'java', name: 'java.nio.DirectByteBuffer', objects: 7, blocks: 7, bytes: 700, sharedBlocks: 5, sharedWith: 1 },
    { kind: 'java', name: 'java.nio.DirectByteBuffer$Deallocator', objects: 5, blocks: 1, bytes: 10 },
  ] as const;
  const { owners } = toOwners(
    found([...classes, {}], {
      fields: [
        { owner: 0, name: 'hb', objects: 1 },
        { owner: 0, name: 'address', objects: 7 },
      ],
      holders: [
        { owner: 0, level: 1, isWay: false, kind: 'strong', name: 'java.lang.Object[]', field: '', objects: 1, held: 6 },
        { owner: 0, level: 1, isWay: true, kind: 'static', name: 'Cache', field: 'ALL', objects: 1, held: 4 },
        { owner: 1, level: 1, isWay: false, kind: 'weak', name: 'Other', field: 'referent', objects: 1, held: 1 },
      ],
      climbs: [{ owner: 0, objects: 7, rooted: 4, waiting: 3, levels: 3, isCut: false }],
    }),
    { sources: [...sources], isJvm: false },
  );
  expect(owners[0]).toMatchObject({
    ...{ objects: 7, sharedBlocks: 5, sharedWith: 'java.nio.DirectByteBuffer$Deallocator' },
    fields: [
      { name: 'address', objects: 7 },
      { name: 'hb', objects: 1 },
    ],
    held: {
      objects: 7,
      heldObjects: 4,
      waitingObjects: 3,
      way: [{ level: 1, kind: 'static', name: 'Cache' }],
      holders: [{ level: 1, kind: 'strong', heldObjects: 6 }],
    },
  });
  expect(owners[0]?.held?.holders).toHaveLength(1);
  expect(owners[1]?.held).toBeUndefined();
});

test('where there was no room to follow the way up, nothing is said to wait', () => {
  const climbs = [{ owner: 0, objects: 7, rooted: 4, waiting: 3, levels: 24, isCut: true }];
  const { owners } = toOwners(found([{ kind: 'java', name: 'A', objects: 7, blocks: 7, bytes: 700 }, {}], { climbs }), {
    sources: [],
    isJvm: true,
  });
  expect(owners[0]?.held).toEqual({ objects: 7, heldObjects: 4, holders: [] });
});

test('those above which the way is too long are neither held nor said to wait', () => {
  const climbs = [{ owner: 0, objects: 7, rooted: 1, waiting: 4, levels: 24, isCut: false }];
  const { owners } = toOwners(found([{ kind: 'java', name: 'A', objects: 7, blocks: 7, bytes: 700 }, {}], { climbs }), {
    sources: [],
    isJvm: true,
  });
  expect(owners[0]?.held).toEqual({ objects: 7, heldObjects: 1, waitingObjects: 4, undecidedObjects: 2, holders: [] });
});

test('a JVM whose heap was not read says so; of another program there is none', () => {
  const of = (isJvm: boolean, more: Partial<NativeOwners>) => toOwners(found([{}], more), { sources: [], isJvm }).whyNoHeap;
  expect(of(true, { whyNoHeap: 'its tables could not be read' })).toBe('its tables could not be read');
  expect(of(false, { whyNoHeap: 'no libjvm.so' })).toBeUndefined();
  const heap = { collector: 'G1', jdk: 17, classes: 500, usedBytes: 0, readBytes: 0, wordsOfNoObject: 0, isUnchecked: false };
  expect(of(true, { heap })).toBe('its parts were not found');
  expect(of(true, { heap: { ...heap, usedBytes: 1 } })).toBeUndefined();
});
