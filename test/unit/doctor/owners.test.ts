import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { Evidence, Finding } from '../../../src/model/doctor.ts';
import type { Holder, Owner, OwnersEvidence } from '../../../src/model/owners.ts';
import { present } from '../../../src/model/present.ts';
import { evidenceOf, figures, jvmOf, mallocOf, mib } from '../../fixtures/evidence.ts';

const owner = (values: Partial<Owner> & Pick<Owner, 'kind' | 'name' | 'bytes'>): Owner => ({
  ...{ directBlocks: 1, directBytes: values.bytes, blocks: 1, share: 0 },
  ...values,
});

const gaps = { threadsWithoutStack: 0, unreadBytes: 0, missingBlocks: 0, missedBytes: 0, lostPointers: 0 };

const ownersOf = (owners: Owner[], more: Partial<OwnersEvidence> = {}): OwnersEvidence => ({
  ...{ liveBlocks: 10_000, liveBytes: mib(200), owners, unowned: { firstBlocks: 0, firstBytes: 0, sizes: [] }, threads: 3, gaps },
  ...more,
});

/** A JVM of 400 MiB with 200 of it in blocks in use. */
const withOwners = (owners: Owner[], more: Partial<Evidence> = {}, told: Partial<OwnersEvidence> = {}): Evidence =>
  evidenceOf({ malloc: mallocOf(figures(200)), owners: ownersOf(owners, told), ...more });

const staticField: Holder = { level: 1, kind: 'static', name: 'app.Cache', field: 'MAP', objects: 1, heldObjects: 1 };
const heldBy = (objects: number, heldObjects: number, holders: Holder[] = [staticField]): NonNullable<Owner['held']> => ({
  ...{ objects, heldObjects, waitingObjects: objects - heldObjects, holders },
});
const finalizers: Holder = {
  ...{ level: 1, kind: 'final', name: 'java.lang.ref.Finalizer', field: 'referent' },
  ...{ objects: 500, heldObjects: 500 },
};
const firstOf = (evidence: Evidence) => diagnose(evidence).findings[0] as Finding;

describe('zlib states', () => {
  const census = { inflaters: 1000, inflaterWindows: 1000, deflaters: 0, bytes: mib(150) };
  const streams = (heldObjects: number, objects = 1000) =>
    owner({
      ...{ kind: 'java', name: 'java.util.zip.Inflater$InflaterZStreamRef', bytes: mib(150), directBytes: mib(1), objects },
      ...{ held: heldBy(objects, heldObjects) },
    });
  const look = (heldObjects: number, more: Partial<Evidence> = {}, objects = 1000) =>
    firstOf(withOwners([streams(heldObjects, objects)], { malloc: mallocOf(figures(200), { census }), ...more }));

  test('that the program holds are held, and the verdict says by what', () => {
    const { code, summary, fixes } = look(501);
    expect(code).toBe('zlib-held');
    expect(summary).toBe('1,000 zlib states hold 150 of 400 MiB: the program holds them, by the static field app.Cache.MAP.');
    expect(fixes.map(({ command }) => command)).toContain('offheap owners 4711 --holders=3');
  });

  test('to which nothing leads wait for the GC, also right after a collection', () => {
    const { code, summary } = look(400);
    expect(code).toBe('waiting-for-gc');
    expect(summary).toContain('600 of them are garbage: nothing in the program leads to them. A collection frees them');
    const collected = jvmOf({ gc: { collections: 9, lastFullAgoMs: 100 } });
    expect(look(400, { jvm: collected }).code).toBe('waiting-for-gc');
  });

  test('of which too few objects were found are open, as without a look at the heap', () => {
    const { code, summary } = look(0, {}, 499);
    expect(code).toBe('waiting-for-gc');
    expect(summary).toContain('They wait for a GC, or the program holds them: a collection tells');
    expect(look(0, {}, 500).summary).toContain('500 of them are garbage');
  });

  test('of JDK 8 have one class for both', () => {
    const old = { ...streams(1000), name: 'java.util.zip.ZStreamRef' };
    expect(firstOf(withOwners([old], { malloc: mallocOf(figures(200), { census }) })).code).toBe('zlib-held');
  });
});

describe('direct buffers', () => {
  const buffers = (heldObjects: number, holders: Holder[] = [staticField]) =>
    owner({
      ...{ kind: 'java', name: 'java.nio.DirectByteBuffer', bytes: mib(120), directBlocks: 163, objects: 163 },
      ...{ held: heldBy(163, heldObjects, holders) },
    });

  test('are counted by their addresses, and held or waiting is known', () => {
    const held = firstOf(withOwners([buffers(163)]));
    expect(held).toMatchObject({ code: 'direct-buffers', severity: 'problem', evidence: { count: 163, bytes: mib(120) } });
    expect(held.summary).toContain(
      '163 direct buffers take 120 of 400 MiB. The program holds them, by the static field app.Cache.MAP.',
    );
    expect(held.fixes.map(({ kind }) => kind)).not.toContain('gc');
    const waiting = firstOf(withOwners([buffers(3)]));
    expect(waiting.summary).toContain(
      '160 of them are garbage: nothing in the program leads to them, and a collection frees them.',
    );
    expect(waiting.fixes[0]?.kind).toBe('gc');
  });

  test('that a pool of Netty holds are Netty’s', () => {
    const pool: Holder = {
      level: 1,
      kind: 'strong',
      name: 'io.grpc.netty.shaded.io.netty.buffer.PoolChunk',
      objects: 9,
      heldObjects: 9,
    };
    const finding = firstOf(withOwners([buffers(163, [pool])]));
    expect(finding).toMatchObject({ code: 'direct-buffers', severity: 'notice' });
    expect(finding.summary).toContain('Netty alone knows');
  });

  test('that are few are no finding', () => {
    expect(diagnose(withOwners([{ ...buffers(163), directBytes: mib(60) }])).findings.map(({ code }) => code)).toEqual([
      'live-malloc',
    ]);
  });

  test('blocks of Unsafe are told with the class that has their addresses', () => {
    const longs = owner({ kind: 'java', name: 'long[]', bytes: mib(150), directBlocks: 2801, objects: 1, held: heldBy(1, 1) });
    const { code, summary } = firstOf(withOwners([longs], { jvm: jvmOf({ blockMakers: ['Unsafe'] }) }));
    expect(code).toBe('direct-buffers');
    expect(summary).toContain('2,801 blocks of sun.misc.Unsafe, whose addresses objects of long[] hold, take 150 of 400 MiB.');
    expect(summary).toContain('The program holds their owners by the static field app.Cache.MAP.');
  });
});

describe('other blocks', () => {
  test('are told with the nearest field that holds their owners, besides what is above it', () => {
    const step = (values: Pick<Holder, 'kind' | 'name'> & Partial<Holder>): Holder => ({ ...staticField, ...values });
    const way = [
      step({ kind: 'strong', name: 'java.util.HashMap$Node', field: 'value' }),
      step({ kind: 'strong', name: 'app.Page', field: 'cursors' }),
    ];
    const held = { ...heldBy(500, 500, []), way: [...way, step({ kind: 'static', name: 'web.Server', field: 'ALL' })] };
    const { summary, fixes } = firstOf(
      withOwners([owner({ kind: 'java', name: 'org.rocksdb.RocksIterator', bytes: mib(120), objects: 500, held })], {
        jvm: jvmOf({ blockMakers: ['direct buffers'] }),
      }),
    );
    expect(summary).toContain('(500 objects, held in app.Page.cursors, by the static field web.Server.ALL).');
    expect(fixes.map(({ command }) => command)).toEqual([
      'offheap doctor 4711 --stacks=30s',
      "offheap owners 4711 --created-by='org.rocksdb.RocksIterator' --for=30s",
      'offheap owners 4711 --holders=3',
    ]);
  });

  const rocks = owner({
    ...{ kind: 'java', name: 'org.rocksdb.Options', bytes: mib(120), directBytes: mib(1), objects: 30_011 },
    ...{ types: [{ name: 'rocksdb::Options', blocks: 30_011, bytes: mib(90) }], held: heldBy(30_011, 30_011) },
  });
  const library = owner({ kind: 'library', name: 'librocksdbjni.so', bytes: mib(40) });

  test('are named by their largest owners', () => {
    const { code, summary, fixes } = firstOf(withOwners([rocks, library, owner({ kind: 'jvm', name: 'JVM', bytes: mib(8) })]));
    expect(code).toBe('live-malloc');
    expect(summary).toContain(
      'The owners of most: org.rocksdb.Options, most of it rocksdb::Options, 120 MiB (30,011 objects, held by the static field app.Cache.MAP) and librocksdbjni.so 40 MiB.',
    );
    expect(summary).not.toContain('They may be');
    expect(fixes.map(({ command }) => command)).toContain('offheap owners 4711 --holders=3');
    expect(fixes.map(({ kind }) => kind)).not.toContain('gc');
  });
});

test('blocks behind objects that are garbage are given back by a collection, which comes first', () => {
  const contexts = owner({
    ...{ kind: 'java', name: 'com.github.luben.zstd.ZstdDictCompress', bytes: mib(150), directBytes: mib(150), objects: 500 },
    ...{ held: heldBy(500, 7, [finalizers]) },
  });
  const { code, summary, fixes } = firstOf(withOwners([contexts]));
  expect(code).toBe('live-malloc');
  expect(summary).toContain('(500 objects, of which 493 are garbage that waits for a GC).');
  expect(fixes[0]?.kind).toBe('gc');
});

describe('blocks behind garbage that nobody has closed', () => {
  const iterators = (more: Partial<Owner> = {}) =>
    owner({
      ...{ kind: 'java', name: 'org.rocksdb.RocksIterator', bytes: mib(150), blocks: 4000, directBlocks: 500, objects: 500 },
      ...{ held: heldBy(500, 7, []), ...more },
    });

  test('are lost with it where no Cleaner or finalizer is there to free them', () => {
    const { findings } = diagnose(withOwners([iterators()]));
    expect(findings.map(({ code }) => code)).toEqual(['lost-blocks']);
    expect(findings[0]).toMatchObject({ severity: 'problem', evidence: { bytes: mib(150), objects: 500, garbage: 493 } });
    expect(findings[0]?.summary).toBe(
      'Objects of org.rocksdb.RocksIterator have 150 of 400 MiB in blocks of malloc. Of 500 objects 493 are garbage: nobody has closed them, and no Cleaner or finalizer does. A GC does not free their blocks, but loses them.',
    );
    expect(findings[0]?.fixes.map(({ command, action }) => command ?? action)).toEqual([
      'In the code: close each org.rocksdb.RocksIterator, best by try-with-resources.',
      "offheap owners 4711 --created-by='org.rocksdb.RocksIterator' --for=30s",
      'offheap owners 4711 --holders=3',
    ]);
  });

  test('are told with the others where they are few', () => {
    const { findings } = diagnose(withOwners([iterators({ bytes: mib(39) })]));
    expect(findings.map(({ code }) => code)).toEqual(['live-malloc']);
    expect(findings[0]?.summary).toContain('(500 objects, of which 493 are garbage whose blocks nothing frees).');
    expect(findings[0]?.fixes.map(({ kind }) => kind)).not.toContain('gc');
  });

  test.each<[string, Partial<Owner>]>([
    ['a reference leads to most', { held: heldBy(500, 7, [finalizers]) }],
    ['a reference leads to what holds them', { held: heldBy(500, 7, [{ ...finalizers, level: 2, objects: 1, heldObjects: 1 }]) }],
    ['another object has their addresses, as the action of a Cleaner', { sharedBlocks: 500, sharedWith: 'app.Release' }],
    ['the way up was not followed to its end', { held: { objects: 500, heldObjects: 7, holders: [] } }],
    ['they are the JDK’s', { name: 'jdk.internal.foreign.NativeMemorySegmentImpl' }],
  ])('are not said to be lost where %s', (_, more) => {
    expect(diagnose(withOwners([iterators(more)])).findings.map(({ code }) => code)).not.toContain('lost-blocks');
  });
});

describe('blocks of nobody', () => {
  const sizes = [{ chunkBytes: 7024, blocks: 30_007, example: 0x7f0012340010 }];
  const look = (bytes: number, more: Partial<OwnersEvidence> = {}) =>
    diagnose(
      withOwners(
        [owner({ kind: 'nobody', name: 'nobody', bytes, blocks: 30_011 })],
        {},
        {
          unowned: { firstBlocks: 30_011, firstBytes: bytes, sizes },
          ...more,
        },
      ),
    ).findings;

  test('are lost', () => {
    expect(look(mib(150))[0]).toMatchObject({
      ...{ code: 'lost-blocks', severity: 'problem' },
      summary:
        'Nothing points to 30,011 blocks of malloc any more, 150 of 400 MiB: native code has lost them, and no GC frees them. 30,007 of them have 7,024 bytes.',
      evidence: { bytes: mib(150), blocks: 30_011, firstBlocks: 30_011, blockBytes: 7024, blocksOfThat: 30_007 },
    });
    // What they take is not told once more.
    expect(look(mib(150)).map(({ code }) => code)).toEqual(['lost-blocks']);
  });

  test('are no direct buffers, though only Java code can have asked for blocks of that size', () => {
    const codesWith = (blocks: number) => {
      const unowned = {
        firstBlocks: blocks,
        firstBytes: mib(150),
        sizes: [{ chunkBytes: 65_536, blocks, example: 0x7f0012340010 }],
      };
      const evidence = withOwners([owner({ kind: 'nobody', name: 'nobody', bytes: mib(150), blocks })], {}, { unowned });
      const sizes = [{ chunkBytes: 65_536, liveChunks: 2411, liveBytes: 2411 * 65_536, freeChunks: 0, freeBytes: 0 }];
      const malloc = evidence.malloc && { ...evidence.malloc, sizes };
      const jvm = evidence.jvm && { ...evidence.jvm, blockMakers: ['Unsafe' as const] };
      return diagnose({ ...evidence, ...present('malloc', malloc), ...present('jvm', jvm) }).findings.map(({ code }) => code);
    };
    expect(codesWith(2399)).toEqual(['lost-blocks']);
    expect(codesWith(7)).toContain('direct-buffers');
  });

  test('are no finding when they are few', () => {
    expect(look(mib(39.9)).map(({ code }) => code)).toEqual(['live-malloc']);
    expect(look(mib(40)).map(({ code }) => code)).toContain('lost-blocks');
  });

  test.each<[string, Partial<OwnersEvidence>]>([
    ['the Java heap', { whyNoHeap: 'its tables could not be read' }],
    ['a part of malloc’s heaps', { gaps: { ...gaps, unreadBytes: mib(7) } }],
    ['some pointers', { gaps: { ...gaps, lostPointers: 1 } }],
  ])('are nobody’s for all that is known when %s was not read', (_, more) => {
    expect(look(mib(150), more).map(({ code }) => code)).toEqual(['live-malloc']);
  });
});
