import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { Evidence, GrowthEvidence, JvmEvidence } from '../../../src/model/doctor.ts';
import type { OwnerChange } from '../../../src/model/owner-growth.ts';
import type { OwnerKind } from '../../../src/model/owners.ts';
import { evidenceOf, jvmOf, mib, programEvidence, regionsOf } from '../../fixtures/evidence.ts';
import { ownerOf, ownersResultOf } from '../../fixtures/owners.ts';

const rate = (perMinute: number, intervalMs: number) => ({
  grownBytes: (mib(perMinute) * intervalMs) / 60_000,
  bytesPerMinute: mib(perMinute),
  leastPerMinute: mib(perMinute),
  mostPerMinute: mib(perMinute),
});

/** Of blocks of malloc. */
const grown = (perMinute: number, intervalMs: number, more: Partial<GrowthEvidence> = {}): GrowthEvidence => ({
  intervalMs,
  rssBytes: mib(perMinute) * (intervalMs / 60_000),
  threads: 0,
  compilerMs: 0,
  collections: 1,
  steadyMalloc: rate(perMinute, intervalMs),
  ...more,
});

const first = (evidence: Evidence) => diagnose(evidence).findings[0];

describe('blocks of malloc that grow', () => {
  test('a leak, with the size that grew', () => {
    const sizes = [
      {
        chunkBytes: 16_400,
        beforeChunks: 1000,
        afterChunks: 1064,
        beforeBytes: 16_400_000,
        afterBytes: 17_449_600,
        isSteady: true,
      },
    ];
    const growth = grown(1, 60_000, { sizes });
    expect(first(evidenceOf({ growth }))).toMatchObject({
      code: 'malloc-growing',
      severity: 'problem',
      summary:
        'Blocks of malloc in use grew by 1.0 MiB in 60 s (1.0 MiB a minute), to 25 MiB: 64 more of 16,400 B. That is a leak, unless a cache is filling up.',
      evidence: {
        bytes: mib(25),
        grownBytes: mib(1),
        intervalMs: 60_000,
        bytesPerMinute: mib(1),
        leastPerMinute: mib(1),
        mostPerMinute: mib(1),
      },
    });
  });

  describe('owners', () => {
    const change = (kind: OwnerKind, name: string, bytes: number, objects?: number): OwnerChange => ({
      ...{ kind, name, before: { blocks: 1, bytes: mib(1) }, after: { blocks: 2, bytes: mib(1) + bytes } },
      change: { ...(objects === undefined ? {} : { objects }), blocks: 1, bytes },
    });
    const held = { objects: 400, heldObjects: 0, waitingObjects: 400, holders: [] };
    const native = ownerOf({ kind: 'java', name: 'app.Native', bytes: mib(20), objects: 400, held });
    const { unowned, threads, gaps } = ownersResultOf([]);
    const look = { liveBlocks: 9, liveBytes: mib(25), owners: [native], unowned, threads, gaps };
    const of = (owners: OwnerChange[] | undefined, more: Partial<Evidence> = {}) =>
      first(evidenceOf({ growth: grown(10, 60_000, owners ? { owners } : {}), ...more }));

    test('that grew are named, three of them, with objects and bytes', () => {
      const owners = [
        change('java', 'app.Native', mib(6), 300),
        change('nobody', 'nobody', mib(2)),
        change('jvm', 'JVM', mib(1)),
        change('library', 'libapp.so', mib(0.9)),
      ];
      const finding = of(owners);
      expect(finding?.summary).toBe(
        'Blocks of malloc in use grew by 10 MiB in 60 s (10 MiB a minute), to 25 MiB. The owners that grew most: app.Native by 6.0 MiB (300 more objects), blocks to which nothing points any more by 2.0 MiB and the JVM by 1.0 MiB. That is a leak, unless a cache is filling up.',
      );
      expect(finding?.evidence).toMatchObject({
        ...{ owner1: 'app.Native', owner1GrownBytes: mib(6), owner1MoreObjects: 300 },
        ...{ owner2: 'nobody', owner2GrownBytes: mib(2), owner3: 'JVM', owner3GrownBytes: mib(1) },
      });
      expect(finding?.evidence).not.toHaveProperty('owner2MoreObjects');
      expect(finding?.evidence).not.toHaveProperty('owner4');
      expect(finding?.fixes.map(({ command }) => command)).toEqual([
        "offheap owners 4711 --created-by='app.Native' --for=30s",
        'offheap owners 4711 --holders=3',
        'offheap doctor 4711 --stacks=30s',
      ]);
    });

    test('that grew by less than a twentieth of it explain nothing', () => {
      expect(of([change('jvm', 'JVM', mib(0.5))])?.evidence).toHaveProperty('owner1', 'JVM');
      const finding = of([change('jvm', 'JVM', mib(0.499))]);
      expect(finding?.evidence).not.toHaveProperty('owner1');
      expect(finding?.fixes).toHaveLength(1);
    });

    test('whose objects are garbage are said to', () => {
      expect(of([change('java', 'app.Native', mib(6), 300)], { owners: look })?.summary).toContain(
        'app.Native by 6.0 MiB (300 more objects, 400 of all 400 are garbage whose blocks nothing frees).',
      );
    });

    const due = (heldObjects: number, grownMib: number) => {
      const owner = { ...native, held: { objects: 400, heldObjects, holders: [] } };
      const jvm = jvmOf({ heap: { reservedBytes: mib(512), committedBytes: mib(100), usedBytes: mib(60), rssBytes: mib(100) } });
      const more = { collections: 0, javaHeapUsedBytes: mib(40), owners: [change('java', 'app.Native', mib(grownMib), 300)] };
      return first(evidenceOf({ jvm, growth: grown(10, 60_000, more), owners: { ...look, owners: [owner] } }));
    };

    test('that the program holds are freed by no GC, though one is due', () => {
      expect(due(360, 5)).toMatchObject({ severity: 'problem', summary: expect.not.stringContaining('There was no GC') });
      expect(due(359, 5)).toMatchObject({ severity: 'notice', summary: expect.stringContaining('There was no GC meanwhile') });
      expect(due(400, 4.9)?.severity).toBe('notice');
    });

    test('of the last look alone: those that have most', () => {
      const finding = of(undefined, { owners: look });
      expect(finding?.summary).toContain('to 25 MiB. The owners of most: app.Native 20 MiB (400 objects, of which 400 are garbage');
      expect(finding?.evidence).not.toHaveProperty('owner1');
      expect(finding?.fixes.map(({ command }) => command)).toContain('offheap owners 4711 --holders=3');
    });
  });

  test('the range of the rate', () => {
    const growth = grown(60, 30_000, { steadyMalloc: { ...rate(60, 30_000), leastPerMinute: mib(52), mostPerMinute: mib(71) } });
    expect(first(evidenceOf({ growth }))?.summary).toContain('(60 MiB a minute, 52 to 71 in parts of that time)');
  });

  const compiled = /at work on itself: meanwhile it compiled for 1\.0 s of 10 s/;

  test.each<[string, GrowthEvidence, RegExp]>([
    ['9,999 ms are too short', grown(800, 9999), /too short to tell a leak from a batch/],
    ['a JIT compiler at work', grown(800, 10_000, { compilerMs: 1000 }), compiled],
    ['classes that are loaded', grown(800, 10_000, { classes: 100 }), /and loaded 100 classes\. Look again/],
    [
      'RSS that was larger before',
      grown(800, 30_000, { peakRssBytes: mib(405), readings: [{ atMs: 0, rssBytes: mib(400) }] }),
      /RSS has been larger before, 405 MiB, and fell again/,
    ],
    ['RSS that hardly grows', grown(60, 10_000, { rssBytes: mib(4.9) }), /RSS hardly grew: the program had freed as much before/],
    ['so little that it takes years', grown(0.02, 60_000), /In a day that is little\.$/],
  ])('%s: a notice', (_, growth, why) => {
    const finding = first(evidenceOf({ growth }));
    expect(finding).toMatchObject({ code: 'malloc-growing', severity: 'notice' });
    expect(finding?.summary).toMatch(why);
  });

  test.each<[string, GrowthEvidence]>([
    ['a peak of the look itself', grown(800, 30_000, { peakRssBytes: mib(403), readings: [{ atMs: 0, rssBytes: mib(400) }] })],
    ['10 s are enough', grown(800, 10_000)],
    ['RSS that grows by half of it', grown(60, 10_000, { rssBytes: mib(5) })],
    ['a compiler that hardly works', grown(800, 10_000, { compilerMs: 999, classes: 99 })],
    ['RSS at its highest', grown(800, 30_000, { peakRssBytes: mib(401), readings: [{ atMs: 0, rssBytes: mib(400) }] })],
    [
      'a look of five minutes below the highest',
      grown(800, 300_000, { peakRssBytes: mib(900), readings: [{ atMs: 0, rssBytes: 1 }] }),
    ],
  ])('%s: a problem', (_, growth) => {
    expect(first(evidenceOf({ growth }))).toMatchObject({ code: 'malloc-growing', severity: 'problem' });
  });

  test('no rate from less than 5 s', () => {
    const brief = first(evidenceOf({ growth: grown(260, 3100) }));
    expect(brief?.evidence).not.toHaveProperty('bytesPerMinute');
    expect(brief?.summary).toMatch(/^Blocks of malloc in use grew by 13 MiB in 3\.1 s, to 25 MiB\. That is too short/);
  });

  test('what a JVM that warms up moves by itself is not told', () => {
    expect(first(evidenceOf({ growth: grown(20, 10_000, { compilerMs: 5000 }) }))).toBeUndefined();
  });

  const heapOf = (usedMib: number) =>
    jvmOf({ heap: { reservedBytes: mib(512), committedBytes: mib(100), usedBytes: mib(usedMib), rssBytes: mib(100) } });

  test.each([
    [40, 60, '10 s'],
    [1, 40, '600 s'],
  ])('what may wait for a GC that is due: %d MiB in ten seconds, %d of 100 used', (filled, used, wait) => {
    const growth = grown(60, 10_000, { collections: 0, javaHeapUsedBytes: mib(filled) });
    const finding = first(evidenceOf({ jvm: heapOf(used), growth }));
    expect(finding?.severity).toBe('notice');
    expect(finding?.summary).toContain(`There was no GC meanwhile, and one is due in about ${wait}.`);
  });

  test.each([
    ['a GC that is more than ten minutes off', heapOf(38), { collections: 0, javaHeapUsedBytes: mib(1) }],
    ['a heap that does not fill', heapOf(60), { collections: 0, javaHeapUsedBytes: 0 }],
    ['it grew over a GC', heapOf(60), { collections: 3, javaHeapUsedBytes: mib(40) }],
  ])('%s: a problem', (_, jvm, more) => {
    expect(first(evidenceOf({ jvm, growth: grown(60, 10_000, more) }))?.severity).toBe('problem');
  });

  test('without steady growth there is none', () => {
    const { steadyMalloc: _, ...growth } = grown(60, 30_000, { mallocLiveBytes: mib(100) });
    expect(first(evidenceOf({ growth }))).toBeUndefined();
  });
});

describe('a Java heap that grows', () => {
  const heap = { reservedBytes: mib(512), committedBytes: mib(90), usedBytes: mib(60), rssBytes: mib(90) };
  const collected = (...survived: number[]): GrowthEvidence => ({
    intervalMs: 20_000,
    rssBytes: 0,
    threads: 0,
    readings: survived.map((size, index) => ({
      atMs: index * 5000,
      lastCollectionMs: 60_000 + index * 4000,
      heapSurvivedBytes: mib(size),
    })),
  });

  test('by what survives, over the time between collections', () => {
    const finding = first(evidenceOf({ jvm: jvmOf({ heap }), growth: collected(40, 44, 48, 52) }));
    expect(finding).toMatchObject({
      code: 'java-heap-growing',
      severity: 'notice',
      evidence: { bytes: mib(52), grownBytes: mib(12), intervalMs: 12_000, bytesPerMinute: mib(60), collections: 4 },
    });
    expect(finding?.summary).toMatch(
      /^What survives collections of the Java heap grew by 12 MiB in 12 s \(60 MiB a minute\), over 4 collections, to 52 MiB\. Either/,
    );
  });

  test('a collection of the whole heap among them leaves no garbage', () => {
    const jvm = jvmOf({ heap, gc: { collections: 9, lastFullAgoMs: 8000 } });
    expect(first(evidenceOf({ jvm, growth: collected(40, 44, 48, 52) }))?.summary).toMatch(/holds more and more objects, unless/);
  });

  test('a heap that fills up until its next collection does not grow', () => {
    const { readings = [], ...rest } = collected(40, 44, 48, 52);
    const one = { ...rest, readings: readings.map((reading) => ({ ...reading, lastCollectionMs: 60_000 })) };
    expect(first(evidenceOf({ jvm: jvmOf({ heap }), growth: one }))).toBeUndefined();
    expect(first(evidenceOf({ jvm: jvmOf({ heap }), growth: collected(40, 55, 41, 52, 40) }))).toBeUndefined();
  });
});

describe('blocks of another allocator that grow', () => {
  const allocator = {
    name: 'jemalloc',
    library: '/lib/libjemalloc.so.2',
    settings: {},
    inferred: false,
  } as unknown as Evidence['allocator'];
  const answer = (allocatedBytes: number) => ({
    ...{ name: 'jemalloc', object: '', serves: true, version: '5.3.0', figures: { allocatedBytes }, options: {} },
  });
  const readings = (counted: number, told: number) =>
    [0, 0, 1, 2, 4].map((step, index) => ({
      atMs: index * 15_000,
      mallocLiveBytes: mib(10 + step * counted),
      allocatedBytes: mib(10 + step * told),
    }));
  const of = (more: Partial<Evidence>, growth: Partial<GrowthEvidence> = {}) => {
    const { malloc: _, ...evidence } = programEvidence({ allocator, isJvm: true, allocatorAnswers: [answer(mib(70))], ...more });
    return first({ ...evidence, growth: grown(10, 60_000, growth) });
  };

  test('by its own word, with the classes whose objects grew', () => {
    const owners = [
      { kind: 'java' as const, name: 'app.Native', change: { objects: 641, blocks: 641, bytes: 0 } },
      { kind: 'java' as const, name: 'long[]', change: { objects: -3, blocks: -3, bytes: 0 } },
    ];
    const finding = of({}, { owners });
    expect(finding?.summary).toBe(
      "Blocks of malloc in use grew by 10 MiB in 60 s (10 MiB a minute), to 70 MiB, by jemalloc's own word. Of the classes whose objects hold addresses in its memory, these grew most: app.Native by 641 objects. That is a leak, unless a cache is filling up.",
    );
    expect(finding?.evidence).toMatchObject({
      bytes: mib(70),
      bytesPerMinute: mib(10),
      owner1: 'app.Native',
      owner1MoreObjects: 641,
    });
    expect(finding?.fixes[0]?.command).toContain("--created-by='app.Native'");
  });

  test('no class grew', () => {
    const owners = [{ kind: 'java' as const, name: 'long[]', change: { objects: -3, blocks: -3, bytes: 0 } }];
    expect(of({}, { owners })?.summary).not.toContain('classes');
  });

  test('a counter page that agrees, and one that does not', () => {
    const counters = { liveBytes: mib(69) };
    expect(of({ counters }, { readings: readings(5, 5.2) })?.summary).toMatch(/to 69 MiB\. That is a leak/);
    expect(of({ counters }, { readings: readings(5, 7) })?.summary).toContain(
      "to 69 MiB. The counter page tells that, 10 MiB between its readings; by jemalloc's own word it was 14 MiB.",
    );
    expect(of({}, { readings: readings(5, 7) })?.summary).not.toContain('counter page');
  });
});

describe('other parts that grow', () => {
  const growth = (name: string, more: Partial<GrowthEvidence> = {}): GrowthEvidence => ({
    intervalMs: 20_000,
    rssBytes: mib(12),
    threads: 0,
    parts: [{ name, beforeBytes: mib(40), afterBytes: mib(52) }],
    readings: [0, 1, 2, 3, 4].map((step) => ({ atMs: step * 5000, rssBytes: mib(388 + 3 * step) })),
    ...more,
  });

  test('threads, with their name', () => {
    const more = { threads: 150, threadGroups: [{ name: 'worker', before: 10, after: 160 }] };
    const evidence = programEvidence({ regions: regionsOf({ 'glibc arenas': 30 }), growth: growth('thread stacks', more) });
    expect(first(evidence)).toMatchObject({
      code: 'memory-growing',
      severity: 'problem',
      evidence: { bytes: mib(52), part: 'thread stacks', grownBytes: mib(12), bytesPerMinute: mib(36) },
    });
    expect(first(evidence)?.summary).toBe(
      'Of RSS, thread stacks grew by 12 MiB in 20 s (36 MiB a minute), to 52 MiB: 150 more threads, most of them named worker. That is a leak, unless it stops by itself.',
    );
  });

  test('threads that wait are freed by no GC, class loaders may be', () => {
    const heap = { reservedBytes: mib(64), committedBytes: mib(64), usedBytes: mib(40), rssBytes: mib(64) };
    const severityOf = (name: string) =>
      first(evidenceOf({ jvm: jvmOf({ heap }), growth: growth(name, { collections: 0, javaHeapUsedBytes: mib(4) }) }))?.severity;
    expect(severityOf('thread stacks')).toBe('problem');
    expect(severityOf('metaspace')).toBe('notice');
  });

  test('the larger of two that grow comes first', () => {
    const both = growth('thread stacks', { steadyMalloc: rate(9, 20_000), collections: 1 });
    const { findings } = diagnose(evidenceOf({ growth: both }));
    expect(findings.map(({ code }) => code)).toEqual(['memory-growing', 'malloc-growing']);
  });

  test('another allocator’s memory, unless blocks in use explain it', () => {
    const codes = (perMinute: number) => {
      const steadyMalloc = rate(perMinute, 20_000);
      const evidence = programEvidence({ growth: growth('malloc of jemalloc', { steadyMalloc, collections: 1 }) });
      return diagnose(evidence).findings.map(({ code }) => code);
    };
    expect(codes(18)).toEqual(['malloc-growing']);
    expect(codes(17)).toEqual(['memory-growing', 'malloc-growing']);
  });

  test('class loaders', () => {
    const jvm = jvmOf({ gc: { collections: 9, lastFullAgoMs: 8000 } });
    const evidence = evidenceOf({ jvm, growth: growth('metaspace', { classes: 90, loaders: 30, collections: 1 }) });
    expect(first(evidence)?.summary).toContain('to 52 MiB: 90 more classes of 30 more class loaders. That is a leak');
  });

  describe('class loaders that come by the dozen', () => {
    const more = { classes: 3600, loaders: 116, collections: 1 };
    const of = (jvm: Partial<JvmEvidence>, other: Partial<GrowthEvidence> = {}) =>
      first(evidenceOf({ jvm: jvmOf(jvm), growth: growth('metaspace', { ...more, ...other }) }));
    const collected = (lastFullAgoMs: number) => ({ collections: 9, lastFullAgoMs });

    test('are a leak where a collection of the whole heap has just left them', () => {
      expect(of({ gc: collected(19_000) })).toMatchObject({ code: 'memory-growing', severity: 'problem' });
    });

    test('or where no collection has unloaded any', () => {
      const classLoading = { loaded: 7735, unloaded: 0 };
      expect(of({ gc: collected(90_000), classLoading })?.severity).toBe('problem');
      expect(of({ gc: collected(90_000) })?.summary).toMatch(
        /Only a collection of the whole heap unloads classes, and there was none/,
      );
      expect(of({ classLoading })?.severity).toBe('notice');
    });

    test('are none where collections unload them', () => {
      const classLoading = { loaded: 7703, unloaded: 3007 };
      const finding = of({ gc: collected(90_000), classLoading });
      expect(finding).toMatchObject({ severity: 'notice', fixes: [{ command: 'offheap doctor 4711 --gc' }, {}] });
      expect(finding?.summary).toMatch(/Collections of the whole heap unload such classes: 3,007 of 7,703 until now\./);
      expect(of({ gc: { ...collected(900), askedAgoMs: 900 }, classLoading })?.severity).toBe('problem');
    });

    test('also where the metaspace was not found, and is what is unexplained', () => {
      const evidence = evidenceOf({
        jvm: jvmOf({ gc: collected(19_000) }),
        growth: growth('unexplained', more),
        unknown: [{ instrument: 'addresses', code: 'not-told', detail: 'metaspace' }],
      });
      expect(first(evidence)).toMatchObject({ code: 'memory-growing', severity: 'problem' });
      expect(first(evidence)?.summary).toMatch(
        /^Of RSS, unexplained memory, most likely metaspace, grew by 12 MiB in 20 s .*: 3,600 more classes of 116 more class loaders\./,
      );
      expect(first({ ...evidence, unknown: [] })?.severity).toBe('notice');
    });

    test('but a program that begins compiles', () => {
      expect(of({ gc: collected(19_000) }, { compilerMs: 2000 })?.summary).toMatch(/The JVM is at work on itself/);
    });

    test('and a few loaders with many classes are one that begins', () => {
      expect(of({ gc: collected(19_000) }, { loaders: 4 })?.summary).toMatch(/The JVM is at work on itself/);
      expect(of({ gc: collected(19_000) }, { loaders: 5 })?.severity).toBe('problem');
    });

    test('they are looked for by a command that the JDK has', () => {
      const commandOf = (version: string) => of({ version, gc: collected(19_000) })?.fixes[0]?.command;
      expect([commandOf('8.0_452'), commandOf('17.0.15')]).toEqual(['jcmd 4711 VM.classloader_stats', 'jcmd 4711 VM.classloaders']);
    });
  });

  test.each(['java heap', 'mapped files', 'libraries', 'malloc in use', 'malloc kept free, a trim gives it back'])(
    '%s: not told here',
    (name) => {
      expect(first(programEvidence({ growth: growth(name) }))).toBeUndefined();
    },
  );

  test('RSS that does not grow steadily', () => {
    const readings = [388, 400, 400, 400, 400].map((size, step) => ({ atMs: step * 5000, rssBytes: mib(size) }));
    expect(first(programEvidence({ growth: growth('unexplained', { readings }) }))).toBeUndefined();
  });
});
