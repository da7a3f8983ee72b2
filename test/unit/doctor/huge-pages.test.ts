import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { fewerHugePages } from '../../../src/doctor/huge-page-fixes.ts';
import type { Evidence, RegionKind } from '../../../src/model/doctor.ts';
import type { HugePageEvidence } from '../../../src/model/evidence.ts';
import { hugeSampleErrorBytes } from '../../../src/stats/huge-pages.ts';
import { evidenceOf, figures, jvmOf, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';

const hugeOf = (more: Partial<HugePageEvidence> = {}): HugePageEvidence => ({
  bytes: mib(200),
  advisedBytes: mib(200),
  pageBytes: mib(2),
  sampledPages: 4096,
  zeroPages: 2048,
  isSwitchedOff: false,
  enabled: 'madvise',
  ...more,
});

/** Regions of 100 MiB, of which some MiB are on huge pages and hold zeros. */
const regionsWith = (zeros: Partial<Record<RegionKind, number>>) =>
  regionsOf(Object.fromEntries(Object.keys(zeros).map((kind) => [kind, 100]))).map((region) => ({
    ...region,
    hugeBytes: mib(100),
    zeroHugeBytes: mib(zeros[region.kind] ?? 0),
  }));

const findings = (zeros: Partial<Record<RegionKind, number>>, more: Partial<Evidence> = {}) =>
  diagnose(evidenceOf({ regions: regionsWith(zeros), hugePages: hugeOf(), ...more })).findings;
const codes = (...given: Parameters<typeof findings>) => findings(...given).map(({ code }) => code);

describe('zeros on huge pages', () => {
  test.each<[Partial<Record<RegionKind, number>>, string[]]>([
    [{ gc: 39.9 }, []],
    [{ gc: 40 }, ['huge-pages']],
    [{ gc: 20, cds: 20 }, ['huge-pages']],
    // The JVM writes zeros there itself.
    [{ 'java heap': 90 }, []],
  ])('%j of 400 MiB', (zeros, found) => {
    expect(codes(zeros)).toEqual(found);
  });

  test('are not told where no page was read', () => {
    expect(codes({ gc: 90 }, { hugePages: hugeOf({ sampledPages: 0, zeroPages: 0 }) })).toEqual([]);
  });

  test('with their bytes, their bound, and where most of them are', () => {
    expect(findings({ gc: 50, cds: 20 })).toMatchObject([
      {
        severity: 'problem',
        summary:
          '200 of 400 MiB are on transparent huge pages, and 70 of these hold nothing but zeros, as memory does that was never written, most of them in gc. Without huge pages it is not resident.',
        predictedBytes: mib(70),
        evidence: {
          bytes: mib(70),
          hugeBytes: mib(200),
          errorBytes: Math.round((1.96 * mib(200)) / 128),
          largest: 'gc',
          largestBytes: mib(50),
        },
      },
    ]);
  });

  test('are told once: what else is large is told less them', () => {
    const malloc = mallocOf(figures(100, { pageBytes: 5 }));
    expect(codes({ 'glibc arenas': 0 }, { malloc })).toEqual(['live-malloc']);
    // Free memory may be what was never written: 5 MiB of it are.
    expect(codes({ 'glibc arenas': 25 }, { malloc })).toEqual(['live-malloc']);
    expect(codes({ 'glibc arenas': 26 }, { malloc })).toEqual([]);
    expect(codes({ unexplained: 10 })).toEqual(['mmap-user']);
    expect(codes({ unexplained: 60 })).toEqual(['huge-pages']);
    expect(codes({ 'code cache': 10 })).toEqual(['code-cache']);
    expect(codes({ 'code cache': 60 })).toEqual(['huge-pages']);
    expect(codes({ 'thread stacks': 10 })).toEqual(['thread-stacks']);
    expect(codes({ 'thread stacks': 60 })).toEqual(['huge-pages']);
  });
});

test.each([
  [4096, 2048, (mib(200) * 1.96) / 128],
  [4096, 0, (mib(200) * 3) / 4096],
  [4096, 4096, (mib(200) * 3) / 4096],
  [2, 0, mib(200)],
  [0, 0, mib(200)],
])('of %d pages %d are zeros: off by %d at most', (sampledPages, zeroPages, bytes) => {
  expect(hugeSampleErrorBytes(hugeOf({ sampledPages, zeroPages }))).toBe(Math.round(bytes));
});

describe('cures by why a process has huge pages', () => {
  const launcher = expect.stringMatching(/^perl -e 'syscall\(1[56]7, 41, 1, 0, 0, 0\)/);
  const cured = (more: Partial<Evidence>, huge: Partial<HugePageEvidence> = {}) =>
    fewerHugePages(evidenceOf(more), hugeOf(huge)).map(
      ({ command, environment, jvmFlags }) => command ?? environment?.['GLIBC_TUNABLES'] ?? jvmFlags?.join(' '),
    );
  const tuned = (tunables: string): Partial<Evidence> => ({
    allocator: { name: 'glibc', library: '', preloaded: [], environment: { GLIBC_TUNABLES: tunables } },
  });
  const asking: Partial<Evidence> = { jvm: jvmOf({ flags: ['-XX:+UseTransparentHugePages'] }) };

  test('it asks for them itself', () => {
    expect(cured({})).toEqual([launcher]);
    // It made them before: a new start behind the same line has none.
    expect(cured({}, { isSwitchedOff: true })).toEqual([]);
  });

  test('the JVM was told to, or malloc, or both', () => {
    expect(cured(asking)).toEqual(['-XX:-UseTransparentHugePages']);
    expect(cured(tuned('glibc.malloc.hugetlb=1'))).toEqual(['glibc.malloc.hugetlb=0']);
    expect(cured(tuned('glibc.malloc.hugetlb=1:glibc.malloc.arena_max=2'))).toEqual([
      'glibc.malloc.arena_max=2:glibc.malloc.hugetlb=0',
    ]);
    expect(cured({ ...asking, ...tuned('glibc.malloc.hugetlb=1') })).toEqual([
      '-XX:-UseTransparentHugePages',
      'glibc.malloc.hugetlb=0',
    ]);
  });

  test('the machine gives them to all', () => {
    const host = 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled';
    expect(cured({}, { enabled: 'always', advisedBytes: 0 })).toEqual([launcher, host]);
    expect(cured(asking, { enabled: 'always', advisedBytes: mib(100) })).toEqual(['-XX:-UseTransparentHugePages', launcher, host]);
    expect(cured({}, { enabled: 'always', advisedBytes: mib(200) })).toEqual([launcher]);
  });

  test('the kernel could take pages of zeros back, and may not yet', () => {
    const back = 'echo 0 > /sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none';
    expect(cured({}, { shrinksUnderused: true, maxPtesNone: 511 })).toEqual([launcher, back]);
    expect(cured({}, { shrinksUnderused: true, maxPtesNone: 0 })).toEqual([launcher]);
    expect(cured({}, { shrinksUnderused: false, maxPtesNone: 511 })).toEqual([launcher]);
    expect(cured({}, { maxPtesNone: 511 })).toEqual([launcher]);
  });
});
