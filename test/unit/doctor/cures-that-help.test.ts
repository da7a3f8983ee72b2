import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { Evidence } from '../../../src/model/doctor.ts';
import { evidenceOf, figures, mallocOf, mib, programEvidence } from '../../fixtures/evidence.ts';

const kib = (count: number) => count * 1024;
const finding = (evidence: Evidence, code: string) => diagnose(evidence).findings.find((one) => one.code === code);

describe('stacks', () => {
  const region = (sizeKib: number, deepestKib: number) => ({
    ...{ kind: 'thread stacks' as const, sizeBytes: mib(800), rssBytes: mib(200), swapBytes: 0, mappings: 200 },
    deepest: { sizeBytes: kib(sizeKib), rssBytes: kib(deepestKib) },
    // Two of one name.
    largest: [{ name: 'deep-1', sizeBytes: kib(2 * sizeKib), rssBytes: kib(2 * deepestKib - 4) }],
  });
  const flags = (sizeKib: number, deepestKib: number, more: Partial<Evidence> = {}) =>
    finding(evidenceOf({ regions: [region(sizeKib, deepestKib)], ...more }), 'thread-stacks')?.fixes.flatMap(
      ({ jvmFlags = [] }) => jvmFlags,
    );

  test.each([
    // Twice the deepest and what the JVM keeps, in steps of 256 KiB.
    [4096, 700, ['-Xss1536k']],
    [4096, 960, ['-Xss2048k']],
    [4096, 961, []],
    // Of the default size nothing can be taken that a recursion may not need.
    [1024, 700, []],
    [1024, 100, ['-Xss512k']],
  ])('of %d KiB, of which the deepest has %d', (sizeKib, deepestKib, expected) => {
    expect(flags(sizeKib, deepestKib)).toEqual(expected);
  });

  test('those of a program that is no JVM have no flag', () => {
    expect(flags(4096, 700, { isJvm: false })).toEqual([]);
  });

  test('the largest group is named by the kernel where no JVM tells it', () => {
    const threadGroups = [{ name: 'worker-N', count: 2003 }];
    const found = finding(programEvidence({ regions: [region(8192, 700)], threads: 2009, threadGroups }), 'thread-stacks');
    expect(found?.summary).toBe('The stacks of 2009 threads take 200 of 400 MiB. Most of them are named worker-N (2003).');
    expect(found?.evidence).toMatchObject({ deepestBytes: kib(700), largestGroupThreads: 2003 });
  });
});

describe('free pieces of pages', () => {
  const row = (chunkBytes: number, liveChunks: number, freeChunks: number) => ({
    ...{ chunkBytes, liveChunks, liveBytes: chunkBytes * liveChunks, freeChunks, freeBytes: chunkBytes * freeChunks },
  });
  const cures = (sizes: ReturnType<typeof row>[]) =>
    finding(evidenceOf({ malloc: mallocOf(figures(25, { subPageBytes: 100 }), { sizes }) }), 'retained-sub-page')?.fixes;

  test('another allocator where what is free was of another size than what lives', () => {
    expect(cures([row(3024, 0, 40_009), row(128, 40_009, 0)])?.at(-1)?.environment).toHaveProperty('LD_PRELOAD');
  });

  test('none where both were of one size, and that is said', () => {
    const [code, none, ...more] = cures([row(3072, 0, 40_000), row(1024, 40_001, 0)]) ?? [];
    expect(code?.action).toMatch(/^In the code: /);
    expect(none).toEqual({ action: expect.stringMatching(/^No other allocator is advised: /) });
    expect(more).toEqual([]);
  });
});

test('live blocks of two sizes are named together, and those of many are not', () => {
  const row = (chunkBytes: number, liveChunks: number) => ({
    ...{ chunkBytes, liveChunks, liveBytes: chunkBytes * liveChunks, freeChunks: 0, freeBytes: 0 },
  });
  const summary = (sizes: ReturnType<typeof row>[]) =>
    finding(programEvidence({ malloc: mallocOf(figures(100), { sizes }), libraries: ['libcache.so'] }), 'live-malloc')?.summary;
  expect(summary([row(65_552, 700), row(2064, 9000)])).toBe(
    'The program holds 100 of 400 MiB in blocks of malloc. They are in use, so no setting of malloc gives them back. 700 blocks of 65,552 bytes and 9,000 blocks of 2,064 bytes are 61 % of that. They may be blocks of the native library libcache.so.',
  );
  const many = Array.from({ length: 30 }, (_, nth) => row(1024 + 16 * nth, 3000));
  expect(summary(many)).not.toContain(' bytes are ');
});
