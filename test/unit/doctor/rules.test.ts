import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { rules } from '../../../src/doctor/rules/registry.ts';
import { type Evidence, findingCodes } from '../../../src/model/doctor.ts';
import { arenasOf, evidenceOf, figures, jvmOf, mallocOf, mib, programEvidence, regionsOf } from '../../fixtures/evidence.ts';

/** Codes, problems marked. */
const found = (evidence: Evidence) =>
  diagnose(evidence).findings.map(({ code, severity }) => (severity === 'problem' ? `!${code}` : code));

const zlib = (inflaters: number, bytes: number) => ({ inflaters, inflaterWindows: inflaters, deflaters: 0, bytes });
const other = (name: 'jemalloc' | 'tcmalloc' | 'mimalloc', environment: Record<string, string> = {}) => {
  const { malloc: _, ...evidence } = evidenceOf({
    allocator: { name, library: `/lib/lib${name}.so`, preloaded: [], environment },
    regions: regionsOf({ 'java heap': 100, allocator: 200 }),
  });
  return evidence;
};

test('every code has a rule, but for the one that is left when no rule says anything', () => {
  expect([...Object.keys(rules), 'not-enough-evidence'].sort()).toEqual([...findingCodes].sort());
});

test('a JVM in which nothing is wrong', () => {
  expect(diagnose(evidenceOf())).toEqual({
    verdict:
      'Nothing wrong: no part of the 400 MiB is larger than it should be, and malloc keeps little free. The largest part is java heap, 100 MiB.',
    findings: [],
  });
});

describe('what glibc keeps', () => {
  const keeping = (free: Parameters<typeof figures>[1], rss = 400) =>
    found(evidenceOf({ rssBytes: mib(rss), malloc: mallocOf(figures(25, free)) }));

  test.each<[Parameters<typeof figures>[1], number, string[]]>([
    [{ pageBytes: 39.9 }, 400, []],
    [{ pageBytes: 40 }, 400, ['!retained-pages']],
    [{ pageBytes: 20, mainTopBytes: 20 }, 400, ['!retained-pages']],
    [{ pageBytes: 20, arenaTopBytes: 20 }, 400, []],
    [{ pageBytes: 31.9 }, 100, []],
    [{ pageBytes: 32 }, 100, ['!retained-pages']],
    // A tenth of it would be 2 GiB: half a GiB is always worth a setting.
    [{ pageBytes: 511 }, 20_480, []],
    [{ pageBytes: 512 }, 20_480, ['!retained-pages']],
    [{ arenaTopBytes: 40 }, 400, ['!retained-arena-tops']],
    [{ subPageBytes: 40 }, 400, ['!retained-sub-page']],
    [
      { pageBytes: 60, arenaTopBytes: 80, subPageBytes: 40 },
      400,
      ['!retained-arena-tops', '!retained-pages', '!retained-sub-page'],
    ],
  ])('%j of %d MiB', (free, rss, codes) => {
    expect(keeping(free, rss)).toEqual(codes);
  });

  test('what is in tcaches and fastbins is kept as pieces of pages are', () => {
    const cached = (bytes: number, free: Parameters<typeof figures>[1]) =>
      diagnose(evidenceOf({ malloc: mallocOf({ ...figures(79, free), unknownBytes: mib(bytes), tcacheBytes: mib(bytes) }) }))
        .findings;
    expect(cached(39.9, {})).toEqual([]);
    expect(cached(40, {})).toMatchObject([
      {
        code: 'retained-sub-page',
        summary: expect.stringMatching(/ Of these, 40 MiB are in tcaches\.$/),
        evidence: { bytes: mib(40), tcacheBytes: mib(40), liveRssBytes: mib(39) },
      },
    ]);
    expect(cached(20, { subPageBytes: 20 })).toMatchObject([{ summary: expect.not.stringContaining('tcaches') }]);
  });

  test.each([
    [23, 3, []],
    [24, 3, ['!too-many-arenas']],
    [24, 1, []],
  ])('%d arenas that keep %d MiB each', (count, each, codes) => {
    const arenas = arenasOf(count, { pageBytes: each });
    expect(found(evidenceOf({ malloc: mallocOf(figures(25), { arenas }) }))).toEqual(codes);
  });

  test('a prediction is what malloc_trim gives back: not the tops of arenas', () => {
    const malloc = mallocOf(figures(25, { pageBytes: 60, mainTopBytes: 7, arenaTopBytes: 80 }));
    const [tops, pages] = diagnose(evidenceOf({ malloc })).findings;
    expect(pages).toMatchObject({
      code: 'retained-pages',
      predictedBytes: mib(67),
      evidence: { bytes: mib(67), liveRssBytes: mib(25) },
    });
    expect(tops).not.toHaveProperty('predictedBytes');
  });
});

describe('live blocks', () => {
  test.each([
    [79.9, []],
    [80, ['live-malloc']],
  ])('%d of 400 MiB in use: a notice, since one look cannot tell a leak', (live, codes) => {
    expect(found(evidenceOf({ malloc: mallocOf(figures(live)) }))).toEqual(codes);
  });

  test('blocks in tcaches and fastbins are not in use', () => {
    const cached = { unknownBytes: mib(10), tcacheBytes: mib(10) };
    expect(found(evidenceOf({ malloc: mallocOf({ ...figures(89.9), ...cached }) }))).toEqual([]);
    expect(found(evidenceOf({ malloc: mallocOf({ ...figures(90), ...cached }) }))).toEqual(['live-malloc']);
  });

  test('mappings of their own are live too', () => {
    const mmapped = { chunks: 3, sizeBytes: mib(90), rssBytes: mib(70) };
    expect(found(evidenceOf({ malloc: mallocOf(figures(10), { mmapped }) }))).toEqual(['live-malloc']);
  });
});

describe('waiting for the GC', () => {
  const states = { malloc: mallocOf(figures(60), { census: zlib(1300, mib(50)) }) };

  test.each<[string, Parameters<typeof jvmOf>[0], string[]]>([
    ['no collection yet', { gc: { collections: 0 } }, ['!waiting-for-gc']],
    ['only young ones', { gc: { collections: 9, lastAnyAgoMs: 100 } }, ['!waiting-for-gc']],
    ['nothing known of the GC', {}, ['!waiting-for-gc']],
    ['the whole heap collected 10 s ago', { gc: { collections: 9, lastFullAgoMs: 10_000 } }, ['!waiting-for-gc']],
    ['the whole heap collected just now: they are held', { gc: { collections: 9, lastFullAgoMs: 9_999 } }, []],
    ['as many Inflaters in the heap', { histogram: { inflaters: 650, deflaters: 0, top: [] } }, ['!waiting-for-gc']],
    ['few Inflaters in the heap: blocks of the same size', { histogram: { inflaters: 649, deflaters: 0, top: [] } }, []],
  ])('%s', (_, jvm, codes) => {
    expect(found(evidenceOf({ ...states, jvm: jvmOf(jvm) }))).toEqual(codes);
  });

  test('states of a program that has no GC wait for none', () => {
    expect(found(programEvidence(states))).toEqual([]);
  });

  test('few states', () => {
    expect(found(evidenceOf({ malloc: mallocOf(figures(60), { census: zlib(1000, mib(39)) }) }))).toEqual([]);
  });

  test('live blocks that wait are not told twice, neither is their growth', () => {
    const malloc = mallocOf(figures(200), { census: zlib(4000, mib(150)) });
    const steadyMalloc = { grownBytes: mib(60), bytesPerMinute: mib(300), leastPerMinute: mib(290), mostPerMinute: mib(310) };
    const growth = { intervalMs: 12_000, rssBytes: mib(60), threads: 0, collections: 1, zlibBytes: mib(58), steadyMalloc };
    expect(found(evidenceOf({ malloc, growth }))).toEqual(['!waiting-for-gc']);
    expect(found(evidenceOf({ malloc, growth: { ...growth, zlibBytes: 0 } }))).toEqual(['!malloc-growing', '!waiting-for-gc']);
  });
});

describe('parts of a JVM', () => {
  const parts = (regions: Parameters<typeof regionsOf>[0], jvm = jvmOf()) =>
    found(evidenceOf({ regions: regionsOf(regions), jvm }));

  test.each<[Parameters<typeof regionsOf>[0], string[]]>([
    [{ 'java heap': 199 }, []],
    [{ 'java heap': 200 }, ['java-heap-dominates']],
    [{ 'thread stacks': 79 }, []],
    [{ 'thread stacks': 80 }, ['!thread-stacks']],
    [{ 'mapped files': 80 }, ['mapped-files']],
    [{ 'shared memory': 79 }, []],
    [{ 'shared memory': 80 }, ['shared-memory']],
    [{ unexplained: 79 }, []],
    [{ unexplained: 80 }, ['!mmap-user']],
    [{ metaspace: 80 }, ['metaspace']],
  ])('%j of 400 MiB', (regions, codes) => {
    expect(parts(regions)).toEqual(codes);
  });

  test.each<[number, string[]]>([
    [79, []],
    [80, ['!direct-buffers']],
  ])('direct buffers of %d MiB', (capacity, codes) => {
    expect(parts({}, jvmOf({ directBuffers: { count: 7, capacityBytes: mib(capacity) } }))).toEqual(codes);
  });

  test.each([
    [999, 'metaspace'],
    [1000, '!metaspace'],
  ])('metaspace of %d loaders', (loaders, code) => {
    const metaspace = { reservedBytes: mib(200), committedBytes: mib(100), usedBytes: mib(90), classes: 9000, loaders };
    expect(parts({ metaspace: 100 }, jvmOf({ metaspace }))).toEqual([code]);
  });

  test('very many loaders whose classes are unloaded wait for a collection', () => {
    const metaspace = { reservedBytes: mib(200), committedBytes: mib(100), usedBytes: mib(90), classes: 9000, loaders: 1200 };
    const gc = { collections: 9, lastFullAgoMs: 60_000 };
    const of = (unloaded: number) =>
      diagnose(
        evidenceOf({
          regions: regionsOf({ metaspace: 100 }),
          jvm: jvmOf({ metaspace, gc, classLoading: { loaded: 20_000, unloaded } }),
        }),
      ).findings.find(({ code }) => code === 'metaspace');
    expect(of(1999)?.severity).toBe('problem');
    expect(of(2000)).toMatchObject({
      severity: 'notice',
      summary:
        'The metaspace takes 100 of 400 MiB, for 9,000 classes in 1,200 loaders. Collections of the whole heap have unloaded 2,000 of 20,000 classes.',
    });
  });

  test('metaspace whose addresses were not found is at most what the JVM has committed', () => {
    const metaspace = { reservedBytes: mib(1100), committedBytes: mib(92), usedBytes: mib(60), classes: 19_000, loaders: 9005 };
    const unknown: Evidence['unknown'] = [{ instrument: 'addresses', code: 'not-told', detail: 'gc, metaspace' }];
    const summaryOf = (unexplained: number, of: Evidence['unknown']) =>
      diagnose(
        evidenceOf({
          regions: regionsOf({ metaspace: 18, unexplained }),
          jvm: jvmOf({ version: '8.0_452', metaspace }),
          unknown: of,
        }),
      ).findings.find(({ code }) => code === 'metaspace')?.summary;
    expect(summaryOf(76, unknown)).toBe('The metaspace takes at most 92 of 400 MiB, for 19,000 classes in 9,005 loaders.');
    expect(summaryOf(70, unknown)).toMatch(/^The metaspace takes at most 88 of 400 MiB/);
    expect(summaryOf(76, [])).toBeUndefined();
  });

  test('a small process has no large parts', () => {
    const evidence = evidenceOf({ rssBytes: mib(60), regions: regionsOf({ 'thread stacks': 40, metaspace: 20 }) });
    expect(found(evidence)).toEqual([]);
  });

  test('direct buffers by their capacity, where they have no region, and not as live blocks as well', () => {
    const jvm = jvmOf({ directBuffers: { count: 100, capacityBytes: mib(100) } });
    const mmapped = { chunks: 100, sizeBytes: mib(100), rssBytes: mib(100) };
    expect(found(evidenceOf({ jvm, malloc: mallocOf(figures(20), { mmapped }) }))).toEqual(['!direct-buffers']);
  });
});

const unanswered = {
  instrument: 'jvm',
  code: 'no-answer',
  detail: 'the JVM did not open its attach socket in time.',
} as const;

describe('shared memory', () => {
  const fixes = (name: string, more: Partial<Evidence> = {}) => {
    const [region] = regionsOf({ 'shared memory': 300 });
    const largest = [{ name, sizeBytes: mib(300), rssBytes: mib(300) }];
    const { findings } = diagnose(evidenceOf({ regions: region ? [{ ...region, largest }] : [], ...more }));
    return findings.find(({ code }) => code === 'shared-memory')?.fixes;
  };

  test('a file goes to a disk; where Java makes it in /tmp, by its own flag', () => {
    expect(fixes('/data/queue')).toEqual([{ action: expect.stringContaining('Put the file on a disk') }]);
    expect(fixes('/tmp/a.index')?.[0]?.jvmFlags).toEqual(['-Djava.io.tmpdir=/var/tmp']);
    expect(fixes('/tmp/a.index', { isJvm: false })?.[0]).not.toHaveProperty('jvmFlags');
  });

  test.each(['/memfd:queue', '/SYSV00000000', '/dev/zero'])('%s has no place of its own: only code lets it go', (name) => {
    expect(fixes(name)).toEqual([{ action: expect.stringMatching(/^In the code:/) }]);
  });
});

describe('somebody who maps by himself', () => {
  const regions = regionsOf({ unexplained: 300 });

  const notTold = (detail: string) => [{ instrument: 'addresses', code: 'not-told', detail }] as const;
  const metaspace = { usedBytes: mib(200), committedBytes: mib(210), reservedBytes: mib(220) };
  const nmt = {
    totalReservedBytes: mib(900),
    totalCommittedBytes: mib(600),
    categories: [{ name: 'GC', reservedBytes: mib(150), committedBytes: mib(140), mmapCommittedBytes: mib(130) }],
  };
  const heap = { reservedBytes: mib(5000), committedBytes: mib(100), usedBytes: mib(10), rssBytes: mib(100) };

  test.each([
    ['of metaspace', 'metaspace', { metaspace }, 90],
    ['of the collector, by NMT', 'gc', { nmt, heap }, 170],
    ['of the collector, by the size of the heap', 'gc', { heap }, 100],
    ['of both', 'metaspace, gc', { metaspace, nmt }, undefined],
    ['the Java heap, which may be all of it', 'java heap', {}, undefined],
  ])('what the JVM has itself, but does not tell where, is not another’s: %s', (_, detail, more, left) => {
    const { findings } = diagnose(evidenceOf({ regions, jvm: jvmOf(more), unknown: [...notTold(detail)] }));
    expect(findings.find(({ code }) => code === 'mmap-user')?.evidence['bytes']).toBe(left === undefined ? undefined : mib(left));
  });

  test('in a program of one’s own it is a notice', () => {
    expect(found(programEvidence({ regions }))).toEqual(['mmap-user']);
  });

  test('blocks of malloc that were not found are not another’s', () => {
    const missing = (size: number) => {
      const mmapped = { chunks: 0, sizeBytes: 0, rssBytes: 0, missingBytes: mib(size) };
      const unknown = [{ instrument: 'heaps', code: 'not-read', detail: String(mib(size)) }] as const;
      return found(programEvidence({ regions, malloc: mallocOf(figures(25), { mmapped }), unknown: [...unknown] }));
    };
    expect(missing(50)).toEqual(['mmap-user']);
    expect(missing(221)).toEqual(['not-enough-evidence']);
  });

  test('what was not looked at is not another’s', () => {
    expect(found(programEvidence({ regions, isJvm: true, unknown: [unanswered] }))).toEqual(['not-enough-evidence']);
    const { malloc: _, ...unread } = evidenceOf({
      regions,
      unknown: [{ instrument: 'heaps', code: 'not-permitted', detail: 'No permission.' }],
    });
    expect(found(unread)).toEqual(['not-enough-evidence']);
  });
});

describe('what was not looked at is never “nothing wrong”', () => {
  test('a JVM that did not answer, though nothing else is wrong', () => {
    const { jvm: _, ...evidence } = evidenceOf({ unknown: [unanswered] });
    expect(found(evidence)).toEqual(['not-enough-evidence']);
    expect(diagnose(evidence).verdict).toBe(
      'There is not enough evidence to say that nothing is wrong: the JVM did not open its attach socket in time.',
    );
  });

  test('an allocator whose heaps cannot be read, unless the meter counts for it', () => {
    const { malloc: _, ...unread } = evidenceOf({ unknown: [{ instrument: 'heaps', code: 'other-allocator' }] });
    expect(found(unread)).toEqual(['not-enough-evidence']);
    expect(found({ ...unread, counters: { liveBytes: mib(20) } })).toEqual([]);
  });

  /** Of 400 MiB, with so much in use, kept and unread of malloc. */
  const partlyRead = (unread: number, free: Parameters<typeof figures>[1] = {}, live = 25) =>
    evidenceOf({
      malloc: mallocOf({ ...figures(live + unread, free), unreadableBytes: mib(unread), unreadableRssBytes: mib(unread) }),
      unknown: [{ instrument: 'heaps', code: 'not-read', detail: String(mib(unread)) }],
    });

  test.each<[string, Evidence, string[]]>([
    ['39 MiB unread', partlyRead(39), []],
    ['40 MiB unread: as much might be kept free', partlyRead(40), ['not-enough-evidence']],
    ['15 MiB unread beside 24 that a trim gives back', partlyRead(15, { pageBytes: 24 }), []],
    ['15 MiB unread beside 25 that a trim gives back', partlyRead(15, { pageBytes: 25 }), ['not-enough-evidence']],
    ['15 MiB unread beside 25 at tops of arenas', partlyRead(15, { arenaTopBytes: 25 }), ['not-enough-evidence']],
    ['15 MiB unread beside 25 in pieces of pages', partlyRead(15, { subPageBytes: 25 }), ['not-enough-evidence']],
    ['15 MiB unread beside 64 in use', partlyRead(15, {}, 64), []],
    ['15 MiB unread beside 65 in use: as much might be in use', partlyRead(15, {}, 65), ['not-enough-evidence']],
    ['15 MiB unread beside 80 in use, which is told already', partlyRead(15, {}, 80), ['live-malloc']],
    ['39 MiB unread, and a problem in the rest', partlyRead(39, { pageBytes: 40 }), ['!retained-pages']],
  ])('%s', (_, evidence, codes) => {
    expect(found(evidence)).toEqual(codes);
  });

  test('more unread than in use: that comes first', () => {
    expect(found(partlyRead(150, {}, 90))).toEqual(['not-enough-evidence', 'live-malloc']);
  });

  test('how much was read is said in each verdict, once', () => {
    expect(diagnose(partlyRead(75)).verdict).toBe(
      '75 of 100 MiB of malloc could not be read, enough to hide a problem: 25.0 % of malloc’s 100 MiB were read. The rest was not reached in time, or the program changed it meanwhile.',
    );
    expect(diagnose(partlyRead(5, { pageBytes: 20 })).verdict).toMatch(
      /^Nothing wrong: .* The largest part is java heap, 100 MiB\. 90\.0 % of malloc’s 50 MiB were read\.$/,
    );
    expect(diagnose(partlyRead(35, { pageBytes: 40 })).verdict).toMatch(/gives it back\. 65\.0 % of malloc’s 100 MiB were read\.$/);
  });

  test('heaps for which there was no time are no all-clear, counted or not', () => {
    const { malloc: _, ...unread } = evidenceOf({
      unknown: [{ instrument: 'heaps', code: 'failed', detail: 'It took too long.' }],
    });
    expect(found(unread)).toEqual(['not-enough-evidence']);
    expect(found({ ...unread, counters: { liveBytes: mib(20) } })).toEqual(['not-enough-evidence']);
  });

  test('a sample that is too small hides as much as what it stands for', () => {
    const sampled = (relativeError: number) =>
      evidenceOf({
        malloc: mallocOf(
          { ...figures(50, { pageBytes: 30 }), estimatedRssBytes: mib(70) },
          { sample: { heapsWalked: 2, heapsTotal: 30, relativeError } },
        ),
        unknown: [{ instrument: 'heaps', code: 'not-read', detail: String(mib(70)) }],
      });
    expect(found(sampled(0.3))).toEqual([]);
    expect(found(sampled(0.4))).toEqual(['not-enough-evidence']);
    expect(found(sampled(1))).toEqual(['not-enough-evidence']);
  });

  test('a problem that was found stands by itself', () => {
    expect(found(evidenceOf({ malloc: mallocOf(figures(25, { pageBytes: 60 })), unknown: [unanswered] }))).toEqual([
      '!retained-pages',
    ]);
  });
});

describe('other allocators', () => {
  test.each<[number, string[]]>([
    [161, []],
    [160, ['!allocator-idle']],
  ])('%d MiB live of 200', (live, codes) => {
    expect(found({ ...other('jemalloc'), counters: { liveBytes: mib(live) } })).toEqual([...codes, 'live-malloc']);
  });

  test('live bytes unknown: the settings tell', () => {
    expect(found(other('jemalloc'))).toEqual(['allocator-idle']);
    expect(found(other('jemalloc', { MALLOC_CONF: 'background_thread:true' }))).toEqual([]);
    expect(found(other('tcmalloc', { TCMALLOC_AGGRESSIVE_DECOMMIT: 't' }))).toEqual([]);
    expect(found(other('mimalloc'))).toEqual(['allocator-idle']);
  });
});

describe('the limit of the container', () => {
  test.each([
    [1000, []],
    [1001, ['!near-limit']],
  ])('%d MiB that cannot be dropped, of 1112', (rss, codes) => {
    const cgroup = { version: 2 as const, limitBytes: mib(1112), usageBytes: mib(1112) };
    expect(found(evidenceOf({ rssBytes: mib(rss), regions: [], cgroup }))).toEqual(codes);
  });

  test('huge pages are not charged to it', () => {
    const cgroup = { version: 2 as const, limitBytes: mib(1112) };
    const of = (hugetlb: number) => found(evidenceOf({ rssBytes: mib(1002), hugetlbBytes: mib(hugetlb), regions: [], cgroup }));
    expect([of(1), of(2)]).toEqual([['!near-limit'], []]);
  });

  test('pages of files can be dropped', () => {
    const cgroup = { version: 2 as const, limitBytes: mib(400), usageBytes: mib(400) };
    expect(found(evidenceOf({ regions: regionsOf({ 'mapped files': 60 }), cgroup }))).toEqual([]);
  });

  test('it comes before anything else', () => {
    const cgroup = { version: 1 as const, limitBytes: mib(420) };
    const malloc = mallocOf(figures(25, { pageBytes: 60 }));
    expect(found(evidenceOf({ cgroup, malloc, regions: [] }))).toEqual(['!near-limit', '!retained-pages']);
  });
});

describe('the account of the container', () => {
  interface Container {
    limit: number;
    usage: number;
    cache?: number;
    kernel?: number;
    others?: number;
    shared?: number;
    freeSwap?: number;
    swapped?: number;
    high?: number;
    highHits?: number;
    /** Of the last minute; all at once half of it. */
    waited?: number;
  }
  const stallOf = (share: number) => ({ avg10Share: 0, avg60Share: share, totalMs: 1009 });
  /** In MiB; the rest of the usage is the process's. */
  const containerOf = ({ limit, usage, cache = 0, kernel = 0, others = 0, shared = 0, high, ...more }: Container) => ({
    version: 1 as const,
    limitBytes: mib(limit),
    usageBytes: mib(usage),
    ...(high === undefined ? {} : { highBytes: mib(high) }),
    ...(more.highHits === undefined ? {} : { highHits: more.highHits }),
    ...(more.waited === undefined ? {} : { pressure: { some: stallOf(more.waited), full: stallOf(more.waited / 2) } }),
    account: {
      usageBytes: mib(usage),
      parts: [
        { kind: 'this process' as const, bytes: mib(usage - cache - kernel - others - shared), reclaimableBytes: 0 },
        { kind: 'other processes' as const, bytes: mib(others), reclaimableBytes: 0 },
        { kind: 'shared memory' as const, bytes: mib(shared), reclaimableBytes: 0 },
        { kind: 'page cache, inactive' as const, bytes: mib(cache), reclaimableBytes: mib(cache) },
        { kind: 'kernel' as const, bytes: mib(kernel) },
      ],
      others: [{ name: 'worker', processes: 1, bytes: mib(others) }],
      ...{ unreadProcesses: 0, processesByRss: 0, sharedByProcessBytes: 0, dirtyBytes: 0 },
      ...{ workingSetBytes: mib(usage - cache), unreclaimableBytes: mib(usage - cache), uncertainBytes: mib(kernel) },
    },
    swap: { usedBytes: mib(more.swapped ?? 0), freeBytes: mib(more.freeSwap ?? 0) },
  });
  const look = (container: Container, rss = 89, more: Partial<Evidence> = {}) =>
    diagnose(evidenceOf({ rssBytes: mib(rss), regions: [], cgroup: containerOf(container), ...more }));
  const nearOf = (...args: Parameters<typeof look>) => {
    const near = look(...args).findings.find(({ code }) => code === 'near-limit');
    return near && { severity: near.severity, summary: near.summary };
  };

  test('files on a tmpfs count, which are in no RSS', () => {
    expect(nearOf({ limit: 400, usage: 399, shared: 300 })).toEqual({
      severity: 'problem',
      summary:
        'The container holds 399 of 400 MiB of its limit, which the kernel cannot take back: 300 shared memory and files on a tmpfs, 99 of this process. The next burst ends in an OOM kill.',
    });
  });

  test('another process counts, by its name', () => {
    expect(nearOf({ limit: 360, usage: 344, others: 333 }, 10)?.summary).toContain('333 of other processes (worker)');
  });

  test('RSS that counts pages three times does not', () => {
    expect(nearOf({ limit: 700, usage: 434, shared: 400 }, 673)).toBeUndefined();
  });

  test('page cache does not', () => {
    expect(nearOf({ limit: 400, usage: 400, cache: 41 })).toBeUndefined();
    expect(nearOf({ limit: 400, usage: 400, cache: 40 })?.severity).toBe('problem');
  });

  test('memory of the kernel that may be a cache is worth a notice', () => {
    const near = nearOf({ limit: 250, usage: 245, kernel: 229 }, 13);
    expect(near?.severity).toBe('notice');
    expect(near?.summary).toMatch(/: 229 memory of the kernel, 16 of this process\. Of it 229 MiB are memory of the kernel/);
  });

  test('with swap free it is no OOM kill yet', () => {
    expect(nearOf({ limit: 400, usage: 399, freeSwap: 39 })?.severity).toBe('problem');
    const near = nearOf({ limit: 400, usage: 399, freeSwap: 40 });
    expect(near?.severity).toBe('notice');
    expect(near?.summary).toMatch(/ The next burst goes to swap, where 40 MiB are free: .* no OOM kill yet\.$/);
  });

  test('from memory.high on the kernel slows down', () => {
    expect(nearOf({ limit: 1000, usage: 449, high: 500 })).toBeUndefined();
    expect(nearOf({ limit: 1000, usage: 450, high: 500 })?.summary).toMatch(/ From 500 MiB on \(memory\.high\) the kernel slows/);
  });

  test('and tells how often it did', () => {
    const summaryOf = (highHits: number) => nearOf({ limit: 1000, usage: 450, high: 500, highHits })?.summary;
    expect(summaryOf(1)).toMatch(/slows its processes down, which it did 1 time\.$/);
    expect(summaryOf(1766)).toMatch(/slows its processes down, which it did 1,766 times\.$/);
  });

  test('what lies in swap and would not fit is told, however little is held', () => {
    const thrashing = { limit: 200, usage: 104, high: 120, freeSwap: 39, highHits: 766 };
    expect(nearOf({ ...thrashing, swapped: 16 })).toBeUndefined();
    expect(nearOf({ ...thrashing, swapped: 17 })).toEqual({
      severity: 'notice',
      summary:
        'The container holds 104 of 200 MiB of its limit, which the kernel cannot take back: 104 of this process. Another 17 MiB of it are in swap: together that is more than there is room for. What is touched again is read from swap first. From 120 MiB on (memory.high) the kernel slows its processes down, which it did 766 times.',
    });
    const limited = { limit: 200, usage: 104, freeSwap: 39 };
    expect(nearOf({ ...limited, swapped: 96 })).toBeUndefined();
    expect(nearOf({ ...limited, swapped: 97 })?.summary).toMatch(/ Another 97 MiB of it are in swap: .* swap first\.$/);
  });

  test('also where there is no limit', () => {
    const { limitBytes: _, ...cgroup } = containerOf({ limit: 1000, usage: 450, high: 500 });
    const { findings, verdict } = diagnose(evidenceOf({ rssBytes: mib(89), regions: [], cgroup }));
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['near-limit', 'notice']]);
    expect(verdict).toBe(
      'The container holds 450 MiB, which the kernel cannot take back. From 500 MiB on (memory.high) the kernel slows its processes down.',
    );
  });

  test('near the limit it tells how long processes waited for memory, where that is a twentieth of the time', () => {
    const near = { limit: 400, usage: 399 };
    expect(nearOf({ ...near, waited: 0.0499 })).toEqual(nearOf(near));
    const waiting = nearOf({ ...near, waited: 0.05 });
    expect(waiting?.severity).toBe('problem');
    expect(waiting?.summary).toMatch(
      / OOM kill\. In the last minute its processes waited for memory 5 % of the time, and 3 % all of them at once\.$/,
    );
  });

  test('processes that wait for a tenth of the time are worth a notice, far from the limit too', () => {
    const full = { limit: 400, usage: 400, cache: 200 };
    expect(nearOf({ ...full, waited: 0.0999 })).toBeUndefined();
    const waiting = nearOf({ ...full, waited: 0.1 });
    expect(waiting?.severity).toBe('notice');
    expect(waiting?.summary).toMatch(
      /^The container holds 200 of 400 MiB .* In the last minute its processes waited for memory 10 % of the time/,
    );
  });

  test('a heap that may grow beyond the limit is told with the largest that fits', () => {
    const heap = { reservedBytes: mib(500), committedBytes: mib(120), usedBytes: mib(90), rssBytes: mib(120) };
    const jvm = jvmOf({ heap, flags: [`-XX:MaxHeapSize=${mib(500)}`] });
    const { findings } = look({ limit: 700, usage: 580, others: 300 }, 280, { isJvm: true, jvm });
    const near = findings.find(({ code }) => code === 'near-limit');
    expect(near).toMatchObject({
      severity: 'notice',
      summary:
        'The Java heap may still grow by 380 MiB, and 120 are left below the limit of 700. The largest heap that fits has 240 MiB.',
      evidence: { heapGrowthBytes: mib(380), roomBytes: mib(120), largestHeapBytes: mib(240) },
    });
    expect(near?.fixes[0]?.jvmFlags).toEqual(['-Xmx240m']);
  });

  test('a heap has the room that is left when what is in swap is back', () => {
    const heap = { reservedBytes: mib(500), committedBytes: mib(120), usedBytes: mib(90), rssBytes: mib(120) };
    const jvm = jvmOf({ heap, flags: [`-XX:MaxHeapSize=${mib(500)}`] });
    const container = { limit: 700, usage: 480, freeSwap: 500 };
    const more = { isJvm: true, jvm };
    expect(nearOf({ ...container, swapped: 83 }, 280, more)?.summary).toBe(
      'The Java heap may still grow by 380 MiB, and 137 are left below the limit of 700, when the 83 MiB in swap are back. The largest heap that fits has 257 MiB.',
    );
  });

  test('a heap is as large as what it has in memory and in swap; a bound below what is in use is no cure', () => {
    const heap = { reservedBytes: mib(500), committedBytes: mib(120), usedBytes: mib(90), rssBytes: mib(20) };
    const jvm = jvmOf({ heap, flags: [`-XX:MaxHeapSize=${mib(300)}`] });
    const inSwap = (swapped: number) => {
      const [region] = regionsOf({ 'java heap': 20 });
      const regions = region ? [{ ...region, swapBytes: mib(81) }] : [];
      const more = { isJvm: true, jvm, regions, swapBytes: mib(swapped) };
      return look({ limit: 700, usage: 580, freeSwap: 500, swapped }, 280, more);
    };
    const [fits] = inSwap(131).findings;
    expect(fits?.summary).toMatch(
      /may still grow by 199 MiB, and 0 are left .*, when the 131 MiB in swap are back\. The largest heap that fits has 90 MiB\.$/,
    );
    expect(fits?.fixes[0]?.jvmFlags).toEqual(['-Xmx90m']);
    const [tooLarge] = inSwap(132).findings;
    expect(tooLarge?.summary).toMatch(/The largest heap that fits has 89 MiB, less than the 90 in use\.$/);
    expect(tooLarge?.fixes.map(({ jvmFlags }) => jvmFlags)).toEqual([undefined]);
    expect(inSwap(132).verdict.match(/in swap/g)).toHaveLength(2);
    expect(inSwap(132).verdict).not.toContain('of the process are in swap');
  });

  test('a heap that fits is no finding', () => {
    const heap = { reservedBytes: mib(240), committedBytes: mib(120), usedBytes: mib(90), rssBytes: mib(120) };
    const jvm = jvmOf({ heap, flags: [`-XX:MaxHeapSize=${mib(240)}`] });
    expect(nearOf({ limit: 700, usage: 580, others: 300 }, 280, { isJvm: true, jvm })).toBeUndefined();
  });

  test('of a heap that is mapped three times it counts what is occupied', () => {
    const heap = {
      reservedBytes: mib(300),
      committedBytes: mib(200),
      usedBytes: mib(90),
      rssBytes: mib(600),
      occupiedBytes: mib(200),
    };
    const jvm = jvmOf({ heap, flags: [`-XX:MaxHeapSize=${mib(300)}`] });
    expect(nearOf({ limit: 400, usage: 301, shared: 200 }, 700, { isJvm: true, jvm })?.summary).toContain(
      'may still grow by 100 MiB, and 99 are left',
    );
  });

  test('a heap that is mapped three times is as large as what it occupies', () => {
    const heap = { ...{ reservedBytes: mib(300), committedBytes: mib(200), usedBytes: mib(90), rssBytes: mib(600) } };
    const dominant = (occupied: number) =>
      diagnose(
        evidenceOf({
          ...{ isJvm: true, rssBytes: mib(700), regions: regionsOf({ 'java heap': 600, unexplained: 100 }) },
          jvm: jvmOf({ heap: { ...heap, occupiedBytes: mib(occupied) } }),
        }),
      ).findings.find(({ code }) => code === 'java-heap-dominates');
    expect(dominant(200)).toMatchObject({
      summary:
        'The Java heap takes 200 MiB. It is mapped more than once, so RSS counts it as 600 of 700 MiB. At most 90 MiB are needed: that much is in use, and the whole heap was never collected. -Xmx and the GC decide that; it is no native memory.',
      evidence: { bytes: mib(200) },
    });
    expect(dominant(127)).toBeUndefined();
  });

  test('what is in swap is told, and is no part of what is held', () => {
    const container = { limit: 700, usage: 434, cache: 14 };
    const { verdict } = look(container, 89, { swapBytes: mib(53) });
    expect(verdict).toMatch(/420 \(60 %\) are held and 280 are left\. Another 53 MiB of the process are in swap\.$/);
    expect(look(container, 89, { swapBytes: mib(31) }).verdict).not.toContain('swap');
  });

  test('every verdict has the limit and how far it is', () => {
    expect(look({ limit: 700, usage: 434, cache: 14 }).verdict).toMatch(
      / Of the memory limit of 700 MiB, 420 \(60 %\) are held and 280 are left\.$/,
    );
  });
});

test('the verdict is the heaviest problem, and says how many more there are', () => {
  const malloc = mallocOf(figures(25, { pageBytes: 60, arenaTopBytes: 80, subPageBytes: 40 }));
  expect(diagnose(evidenceOf({ malloc })).verdict).toBe(
    'glibc keeps 80 of 400 MiB as free memory at the tops of 0 arenas. malloc_trim does not look there. There are 2 more problems.',
  );
});
