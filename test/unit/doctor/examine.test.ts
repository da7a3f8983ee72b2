import { describe, expect, test } from 'vitest';
import { examine } from '../../../src/doctor/examine.ts';
import type { Patient } from '../../../src/doctor/patient.ts';
import type { Evidence } from '../../../src/model/doctor.ts';
import { type ErrorCode, OffheapError } from '../../../src/model/errors.ts';
import { compareLooks } from '../../../src/stats/look-difference.ts';
import { evidenceOf, figures, jvmOf, mallocOf, mib, programEvidence, regionsOf } from '../../fixtures/evidence.ts';

/** Is seen in these states, the last one for ever; a command moves it on. */
function patientOf(...states: [Evidence, ...Evidence[]]): Patient & { asked: string[] } {
  return faultingPatient(0, ...states);
}

/** Each command costs it so many pages. */
function faultingPatient(pages: number, ...states: [Evidence, ...Evidence[]]): Patient & { asked: string[] } {
  const asked: string[] = [];
  const now = () => states[Math.min(asked.length, states.length - 1)] as Evidence;
  return {
    asked,
    look: async () => now(),
    lookAgain: async (first, glances) => ({ ...now(), growth: compareLooks(first, now(), glances) }),
    glance: async () => ({ at: 0 }),
    inspect: async () => now().malloc ?? mallocOf(figures(0)),
    readRssBytes: async () => now().rssBytes,
    readUse: async () => ({ cpuMs: 0, minorFaults: asked.length * pages, majorFaults: 0 }),
    askAllocator: async (request) => {
      const { name } = now().allocator;
      if (request === 'purge') asked.push(request);
      if (typeof request === 'object') asked.push(`set ${JSON.stringify(request.set)}`);
      const told = typeof request === 'object' ? { told: { trim_threshold: true, arena_max: true } } : {};
      const purge = request === 'purge' ? { purge: { isDone: true, tookMs: 31, after: {} } } : {};
      const figures = { dirtyBytes: mib(100), activeBytes: mib(300) };
      return name === 'musl' ? [] : [{ name, object: '', serves: true, version: '', figures, options: {}, ...purge, ...told }];
    },
    ask: async (command) => {
      asked.push(command);
      return '';
    },
  };
}

const keeping = (rss: number, live: number, free: Parameters<typeof figures>[1], zlib = 0) =>
  evidenceOf({
    rssBytes: mib(rss),
    malloc: mallocOf(figures(live, free), {
      census: { inflaters: zlib * 25, inflaterWindows: zlib * 25, deflaters: 0, bytes: mib(zlib) },
    }),
  });

test('nothing is asked of the process unasked', async () => {
  const patient = patientOf(keeping(400, 30, { pageBytes: 100 }));
  const result = await examine(patient, { forMs: undefined, gc: false, trim: false, peek: false });
  expect(result).toMatchObject({ findings: [{ code: 'retained-pages' }], applied: [] });
  expect(patient.asked).toEqual([]);
});

describe('--set', () => {
  const request = { forMs: undefined, gc: false, trim: false, peek: false };
  const tops = (bytes: number, arenas: number, environment: Record<string, string> = {}) => {
    const [arena] = mallocOf(figures(30)).arenas;
    const malloc = { ...mallocOf(figures(30, { arenaTopBytes: bytes })), arenas: Array(arenas).fill(arena) };
    const evidence = evidenceOf({ rssBytes: mib(300 + bytes), malloc });
    return { ...evidence, allocator: { ...evidence.allocator, environment } };
  };

  test('what was set, what came back by then, and what it does', async () => {
    const patient = patientOf(tops(100, 16), tops(80, 16));
    const { applied, verdict } = await examine(patient, { ...request, set: { trimThresholdBytes: 131_072 } });
    expect(patient.asked).toEqual(['set {"trimThresholdBytes":131072}']);
    expect(applied).toMatchObject([
      {
        ...{ kind: 'set', by: 'agent', actualBytes: mib(20) },
        settings: [{ name: 'trim_threshold', value: 131_072, isTaken: true }],
        reasons: [
          expect.stringMatching(/^80 MiB still lie free at the tops of arenas\. /),
          expect.stringMatching(/^The mmap threshold stays where it is/),
          'The next start undoes it.',
        ],
      },
    ]);
    expect(verdict).toMatch(/^malloc has trim_threshold=131072 now\. /);
  });

  test('the arenas that there are stay', async () => {
    const { applied } = await examine(patientOf(tops(0, 5), tops(0, 5)), { ...request, set: { arenaMax: 4 } });
    expect(applied[0]?.reasons).toEqual(['The 5 arenas that there are stay. No more are made.', 'The next start undoes it.']);
  });

  test.each<[string, Evidence]>([
    ['it has 8 arenas, and from 8 on glibc has decided how many it makes. Start it with MALLOC_ARENA_MAX=4.', tops(0, 8)],
    ['it has 9 arenas, and from 9 on', tops(0, 9, { GLIBC_TUNABLES: 'a=b:glibc.malloc.arena_test=9' })],
    ['it has 7 arenas, and from 3 on', tops(0, 7, { MALLOC_ARENA_TEST: '3' })],
    ['it was started with a largest number of arenas,', tops(0, 2, { MALLOC_ARENA_MAX: '2' })],
    ['jemalloc serves it, which has other settings.', evidenceOf({ allocator: { ...tops(0, 1).allocator, name: 'jemalloc' } })],
    ['it is no JVM.', programEvidence()],
  ])('refused where it would do nothing: %s', async (why, evidence) => {
    const patient = patientOf(evidence);
    await expect(examine(patient, { ...request, set: { arenaMax: 4 } })).rejects.toThrow(
      `to be a JVM whose malloc takes settings while it runs, but ${why}`,
    );
    expect(patient.asked).toEqual([]);
  });
});

describe('--trim', () => {
  const trim = { forMs: undefined, gc: false, trim: true, peek: false };

  test('predicted, given back, and the error of RSS', async () => {
    const patient = patientOf(keeping(400, 30, { pageBytes: 80, mainTopBytes: 20 }), keeping(304, 30, { pageBytes: 4 }));
    const { applied, findings, verdict, before } = await examine(patient, trim);
    expect(patient.asked).toEqual(['System.trim_native_heap']);
    // What is left is no problem, and what was one is told with what keeps it from coming again.
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['retained-pages', 'notice']]);
    expect(verdict).toMatch(/^The trim gave 96 MiB back\. Nothing wrong: /);
    expect(before?.findings).toMatchObject([{ code: 'retained-pages', severity: 'problem' }]);
    expect(applied).toEqual([
      {
        kind: 'trim',
        measure: 'rss',
        by: 'jvm',
        predictedBytes: mib(100),
        actualBytes: mib(96),
        rssBeforeBytes: mib(400),
        rssAfterBytes: mib(304),
        errorShare: 0.01,
        expectedMs: 30,
        changes: [
          { part: 'malloc in use', beforeBytes: 0, afterBytes: mib(26) },
          { part: 'malloc kept free, a trim gives it back', beforeBytes: mib(30), afterBytes: mib(4) },
        ],
        reasons: [],
      },
    ]);
  });

  test('what it cannot reach is said', async () => {
    const patient = patientOf(keeping(400, 30, { arenaTopBytes: 100, subPageBytes: 50 }));
    const { applied } = await examine(patient, trim);
    expect(applied[0]).toMatchObject({
      predictedBytes: 0,
      actualBytes: 0,
      reasons: [
        '100 MiB stay free at the tops of arenas. malloc_trim does not cut there.',
        '50 MiB stay free in pages that live blocks pin.',
      ],
    });
  });

  const pagesOf = (size: number) => mib(size) / 4096;

  test.each([
    [380, 30, 30, 40, '80 MiB less than predicted: the program took 40 MiB meanwhile.'],
    [380, 30, 71, 0, '80 MiB less than predicted: the program took 41 MiB meanwhile.'],
    [200, 50, 0, 0, '100 MiB more than predicted: the program freed 50 MiB meanwhile.'],
  ])(
    'RSS of %d MiB afterwards, in use %d, then %d, and %d MiB faulted: the program was it',
    async (rss, before, after, faulted, reason) => {
      const patient = faultingPatient(pagesOf(faulted), keeping(400, before, { pageBytes: 100 }), keeping(rss, after, {}));
      expect((await examine(patient, trim)).applied[0]?.reasons).toEqual([reason]);
    },
  );

  test.each([
    [
      380,
      39,
      '80 MiB less than predicted: the prediction was off by 20.0 % of RSS. The program took too little meanwhile to explain it.',
    ],
    [
      200,
      0,
      '100 MiB more than predicted: the prediction was off by 25.0 % of RSS. The program freed too little meanwhile to explain it.',
    ],
  ])('RSS of %d MiB afterwards, and %d MiB faulted: the prediction was off', async (rss, faulted, reason) => {
    const patient = faultingPatient(pagesOf(faulted), keeping(400, 30, { pageBytes: 100 }), keeping(rss, 30, {}));
    expect((await examine(patient, trim)).applied[0]?.reasons).toEqual([reason]);
  });

  test('a prediction of half the heaps says so', async () => {
    const malloc = mallocOf({ ...figures(100, { pageBytes: 100 }), unreadableBytes: mib(50), unreadableRssBytes: mib(50) });
    const patient = patientOf(evidenceOf({ malloc }), keeping(380, 30, {}));
    expect((await examine(patient, trim)).applied[0]?.reasons[1]).toBe(
      'The figures are of what was read: 75.0 % of malloc’s 200 MiB were read.',
    );
  });

  test('a JVM without the command loads an agent, and the prediction is the inspector’s', async () => {
    const old = (evidence: Evidence) => ({ ...evidence, jvm: jvmOf({ version: '8.0', canTrim: false }) });
    const patient = patientOf(old(keeping(400, 30, { pageBytes: 100 })), old(keeping(304, 30, { pageBytes: 4 })));
    const { applied } = await examine(patient, trim);
    expect(patient.asked).toEqual(['purge']);
    expect(applied).toMatchObject([{ by: 'agent', tookMs: 31, predictedBytes: mib(100), actualBytes: mib(96), errorShare: 0.01 }]);
  });

  test('heaps that could not be read leave nothing to predict by', async () => {
    const unread = (rssBytes: number) => ({ ...evidenceOf({ rssBytes }), malloc: undefined }) as unknown as Evidence;
    const { applied } = await examine(patientOf(unread(mib(400)), unread(mib(301))), trim);
    expect(applied[0]).toMatchObject({ by: 'agent', actualBytes: mib(99) });
    expect(applied[0]).not.toHaveProperty('predictedBytes');
  });

  const served = (name: 'musl' | 'glibc') => ({ name, library: '', preloaded: [], environment: {} });

  test.each<[string, Evidence, RegExp]>([
    ['no JVM', programEvidence(), /^Expected process 4711 to be a JVM whose .* but it is none\. A program can call malloc_trim/],
    [
      'no allocator that can',
      evidenceOf({ allocator: served('musl'), jvm: jvmOf({ canTrim: false }) }),
      /musl has no function for/,
    ],
    [
      'a JVM that lets nobody attach',
      evidenceOf({ unknown: [{ instrument: 'jvm', code: 'attach-disabled' }] }),
      /started with -XX:\+DisableAttachMechanism/,
    ],
  ])('%s: one sentence', async (_, evidence, sentence) => {
    await expect(examine(patientOf(evidence), trim)).rejects.toThrow(sentence);
  });
});

describe('--gc', () => {
  const gc = { forMs: undefined, gc: true, trim: false, peek: false };

  test('the states that it frees are blocks of malloc, and stay resident', async () => {
    const patient = patientOf(keeping(400, 130, {}, 100), keeping(400, 30, { pageBytes: 100 }, 0));
    const { applied, findings, verdict } = await examine(patient, gc);
    expect(patient.asked).toEqual(['GC.run']);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['retained-pages', 'problem'],
      ['waiting-for-gc', 'notice'],
    ]);
    expect(verdict).toMatch(/^2,500 zlib states, 100 MiB, had waited for it and are freed\. glibc keeps 100 of 400 MiB/);
    expect(applied).toMatchObject([
      {
        ...{ kind: 'gc', measure: 'rss', actualBytes: 0, rssAfterBytes: mib(400), freedBlocksBytes: mib(100) },
        zlib: { statesBefore: 2500, statesAfter: 0, beforeBytes: mib(100), afterBytes: 0 },
      },
    ]);
    expect(applied[0]).not.toHaveProperty('predictedBytes');
    expect(applied[0]?.reasons).toEqual(['glibc keeps 100 MiB of free memory. A trim gives back what can be given back.']);
  });

  test('states that survive are held by the program', async () => {
    const { findings, verdict, before } = await examine(patientOf(keeping(400, 130, {}, 100)), gc);
    expect(before?.findings.map(({ code }) => code)).toEqual(['waiting-for-gc']);
    expect(findings.map(({ code }) => code)).toEqual(['zlib-held']);
    expect(verdict).toMatch(/^2,500 zlib states hold 100 of 400 MiB, and have survived a collection/);
  });

  const onHeap = (usedSize: number, rssSize: number, collector = 'G1', flags: string[] = []) =>
    evidenceOf({
      rssBytes: mib(rssSize + 100),
      regions: regionsOf({ 'java heap': rssSize, libraries: 100 }),
      jvm: jvmOf({
        collector,
        flags: [...flags, `-XX:MaxHeapSize=${mib(1024)}`],
        heap: { reservedBytes: mib(1024), committedBytes: mib(rssSize), usedBytes: mib(usedSize), rssBytes: mib(rssSize) },
      }),
    });

  test('of the Java heap: what was needed, what came back, and a bound of twice that', async () => {
    const { findings, verdict, applied } = await examine(patientOf(onHeap(623, 701), onHeap(61, 211)), gc);
    expect(verdict).toMatch(/^Of 623 MiB of Java objects the collection left 61, and gave 490 MiB of the heap back\. /);
    expect(applied[0]).toMatchObject({
      actualBytes: mib(490),
      changes: [{ part: 'java heap', beforeBytes: mib(701), afterBytes: mib(211) }],
    });
    expect(findings[0]?.fixes.at(-1)?.jvmFlags).toEqual(['-Xmx128m']);
  });

  test.each([
    ['Serial', [], /stay resident: Serial shrinks its heap in steps/],
    ['Parallel', [], /stay resident: Parallel does not resize/],
    ['ZGC', [], /stay resident: ZGC gives back what it has not used for -XX:ZUncommitDelay/],
    ['G1', [`-XX:MinHeapSize=${mib(700)}`], /no collector gives back below -Xms, here 700 MiB\.$/],
  ])('%s %j gives nothing back, and why is said', async (collector, flags, reason) => {
    const { applied, verdict } = await examine(
      patientOf(onHeap(623, 701, collector, flags), onHeap(61, 701, collector, flags)),
      gc,
    );
    expect(verdict).toMatch(/^Of 623 MiB of Java objects the collection left 61, and gave none of the heap back\. /);
    expect(applied[0]?.reasons).toEqual([expect.stringMatching(reason)]);
  });

  test('a heap that starts larger than it is to be bounded: both flags, or the JVM does not start', async () => {
    const flags = [`-XX:MinHeapSize=${mib(700)}`];
    const { findings } = await examine(patientOf(onHeap(623, 701, 'G1', flags), onHeap(61, 701, 'G1', flags)), gc);
    expect(findings[0]?.fixes.map(({ jvmFlags }) => jvmFlags)).toContainEqual(['-Xms64m', '-Xmx128m']);
  });

  test('where the JVM heeds no request to collect, a histogram is asked for, which collects first', async () => {
    const patient = patientOf(evidenceOf({ jvm: jvmOf({ flags: ['-XX:+DisableExplicitGC'] }) }));
    await examine(patient, gc);
    expect(patient.asked).toEqual(['GC.class_histogram']);
  });

  test('of heaps that were not read whole it says so', async () => {
    const half = mallocOf({ ...figures(100), unreadableBytes: mib(50), unreadableRssBytes: mib(50) });
    const patient = patientOf(evidenceOf({ malloc: half }), keeping(400, 30, {}));
    expect((await examine(patient, gc)).applied[0]?.reasons).toEqual([
      'The figures are of what was read: 50.0 % of malloc’s 100 MiB were read.',
    ]);
  });

  test('a trim comes after it, and its prediction as well', async () => {
    const patient = patientOf(keeping(400, 130, {}, 100), keeping(400, 30, { pageBytes: 100 }), keeping(300, 30, {}));
    const { applied } = await examine(patient, { ...gc, trim: true });
    expect(applied.map(({ kind, predictedBytes, actualBytes }) => [kind, predictedBytes, actualBytes])).toEqual([
      ['gc', undefined, 0],
      ['trim', mib(100), mib(100)],
    ]);
  });

  test.each<[string, ErrorCode, boolean]>([
    ['could not be read in the time for it', 'INSPECT_FAILED', true],
    ['ended while it was read', 'PROCESS_ENDED', false],
  ])('whose malloc %s while the collection settles', async (why, code, isDone) => {
    const patient = patientOf(keeping(400, 130, {}, 100), keeping(300, 30, {}));
    const inspect = () => Promise.reject(new OffheapError(code, why));
    const done = examine({ ...patient, inspect }, gc);
    if (!isDone) return await expect(done).rejects.toThrow(why);
    expect((await done).applied).toMatchObject([{ kind: 'gc', actualBytes: mib(100), freedBlocksBytes: mib(100) }]);
  });

  test('no JVM: one sentence', async () => {
    await expect(examine(patientOf(programEvidence()), gc)).rejects.toThrow(
      'Expected a JVM for --gc, but process 4711 is none, or does not answer.',
    );
  });
});

describe('two looks', () => {
  test.each([
    ['a JVM, whose first answer moves its own memory', evidenceOf(), 2],
    ['another program', programEvidence(), 1],
  ])('%s', async (_, evidence, looks) => {
    const patient = patientOf(evidence);
    let looked = 0;
    const look = () => {
      looked++;
      return patient.look();
    };
    const { evidence: second } = await examine({ ...patient, look }, { forMs: 1, gc: false, trim: false, peek: false });
    expect(looked).toBe(looks);
    expect(second.growth).toMatchObject({ mallocLiveBytes: 0 });
  });

  test('between them malloc’s heaps are read, at the ends the looks have them', async () => {
    const budgets: number[] = [];
    const glance = async (budgetMs: number) => {
      budgets.push(budgetMs);
      return { at: 0 };
    };
    const slow = evidenceOf({ malloc: mallocOf(figures(25), { durationMs: 30 }) });
    for (const [evidence, forMs] of [
      [evidenceOf(), 1],
      [slow, 1300],
      [
        programEvidence({
          allocator: { name: 'jemalloc', library: '', preloaded: [], environment: {} },
          malloc: undefined,
        } as never),
        1,
      ],
    ] as const)
      await examine({ ...patientOf(evidence), glance }, { forMs, gc: false, trim: false, peek: false });
    expect(budgets).toEqual([0, 100, 0, ...[0, 120, 120, 0], ...[0, 0, 0]]);
  });

  test('the interval is that between the readings of the heaps', () => {
    const at = (measuredAt: string) => ({ ...keeping(400, 30, {}), measuredAt: `2026-01-02T03:${measuredAt}Z` });
    expect(compareLooks(at('04:05.250'), at('04:35.750')).intervalMs).toBe(30_500);
  });

  test('what a collection freed afterwards had waited for it', async () => {
    const steadyMalloc = { grownBytes: mib(40), bytesPerMinute: mib(60), leastPerMinute: mib(60), mostPerMinute: mib(60) };
    const growth = { intervalMs: 40_000, rssBytes: mib(40), threads: 0, collections: 0, steadyMalloc };
    const after = async (live: number) => {
      const patient = patientOf(keeping(400, 130, {}), keeping(400, live, {}));
      const lookAgain = async (first: Evidence) => ({ ...first, growth });
      const result = await examine({ ...patient, lookAgain }, { forMs: 1, gc: true, trim: false, peek: false });
      return result.findings.find(({ code }) => code === 'malloc-growing')?.severity;
    };
    expect(await after(111)).toBe('problem');
    // Told as cured, with what was said before.
    expect(await after(110)).toBe('notice');
  });

  test('what changed, of what both have seen', () => {
    const heap = (rss: number) => jvmOf({ heap: { reservedBytes: 0, committedBytes: 0, usedBytes: 0, rssBytes: mib(rss) } });
    const first = { ...keeping(400, 30, {}, 10), jvm: heap(100) };
    const second = { ...keeping(450, 70, {}, 45), takenAt: '2026-01-02T03:04:35.000Z', threads: 33, jvm: heap(103) };
    expect(compareLooks(first, second)).toEqual({
      intervalMs: 30_000,
      rssBytes: mib(50),
      threads: 2,
      javaHeapRssBytes: mib(3),
      javaHeapUsedBytes: 0,
      mallocLiveBytes: mib(40),
      zlibBytes: mib(35),
    });
  });

  test('blocks in tcaches and fastbins are no growth, and of a look that read little none is told', () => {
    const cached = { unknownBytes: mib(20), tcacheBytes: mib(20) };
    const second = evidenceOf({ malloc: mallocOf({ ...figures(55), ...cached }) });
    expect(compareLooks(keeping(400, 30, {}), second)).toMatchObject({ mallocLiveBytes: mib(5) });
    const unread = { unreadableBytes: mib(25), unreadableRssBytes: mib(25) };
    const little = compareLooks(evidenceOf({ malloc: mallocOf({ ...figures(30), ...unread }) }), second);
    expect(little).not.toHaveProperty('mallocLiveBytes');
    expect(little).not.toHaveProperty('zlibBytes');
  });

  test('what one of them has not seen has no growth', () => {
    const { malloc: _, ...blind } = keeping(400, 30, {});
    expect(compareLooks(keeping(400, 30, {}), blind)).not.toHaveProperty('mallocLiveBytes');
    const counted = (live: number) => ({ ...blind, counters: { liveBytes: mib(live) } });
    expect(compareLooks(counted(10), counted(14))).toMatchObject({ mallocLiveBytes: mib(4) });
  });

  test('what an allocator says is in use, at the glances where it was asked', () => {
    const { malloc: _, ...blind } = keeping(400, 30, {});
    const answer = (allocated: number) => ({
      ...{ name: 'jemalloc', object: '', serves: true, version: '', options: {}, figures: { allocatedBytes: mib(allocated) } },
    });
    const told = (allocated: number) => ({ ...blind, allocatorAnswers: [answer(allocated)] });
    const startedAt = Date.parse(blind.takenAt);
    const glances = [0, 1, 2, 3, 4].map((step) => ({ at: startedAt + 2000 + step * 5000, allocatedBytes: mib(20 + 5 * step) }));
    const growth = compareLooks(told(18), told(42), glances);
    expect(growth).toMatchObject({
      mallocLiveBytes: mib(24),
      steadyMalloc: { grownBytes: mib(20), bytesPerMinute: mib(60), leastPerMinute: mib(60), mostPerMinute: mib(60) },
    });
    expect(growth.readings?.map(({ allocatedBytes = 0 }) => allocatedBytes / mib(1))).toEqual([20, 25, 30, 35, 40]);
    // A counter page counts for itself.
    const counted = glances.map((glance, step) => ({ ...glance, liveBytes: mib(20 + 4 * step) }));
    const later = { ...told(42), takenAt: new Date(startedAt + 25_000).toISOString() };
    expect(compareLooks(told(18), later, counted)).toMatchObject({ steadyMalloc: { grownBytes: mib(16) } });
  });
});
