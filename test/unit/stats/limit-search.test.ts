import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextLimit, type SearchBounds, type TriedLimit } from '../../../src/stats/limit-search.ts';

/** Searches to the end for a program that survives where `survives` says so. */
function search(survives: (limitBytes: number) => boolean, bounds: SearchBounds) {
  const tried: TriedLimit[] = [];
  for (;;) {
    const next = nextLimit(tried, bounds);
    if (next.kind !== 'try') return { next, tried };
    expect(next.limitBytes % bounds.resolutionBytes).toBe(0);
    expect(tried.map(({ limitBytes }) => limitBytes)).not.toContain(next.limitBytes);
    tried.push({ limitBytes: next.limitBytes, survived: survives(next.limitBytes) });
  }
}

describe('nextLimit', () => {
  test('bisects from the guess down', () => {
    const { next, tried } = search((limit) => limit >= 97, { resolutionBytes: 4, startBytes: 210, ceilingBytes: 1000 });
    expect(next).toEqual({ kind: 'found', limitBytes: 100, largestTooSmallBytes: 96 });
    expect(tried.map(({ limitBytes }) => limitBytes)).toEqual([212, 108, 56, 84, 96, 104, 100]);
  });

  test('rises in doubling steps where the guess was too small, and no higher than the ceiling', () => {
    const bounds = { resolutionBytes: 8, startBytes: 40, ceilingBytes: 203 };
    expect(search(() => false, bounds)).toMatchObject({
      next: { kind: 'none' },
      tried: [40, 48, 64, 96, 160, 200].map((limitBytes) => ({ limitBytes, survived: false })),
    });
  });

  test('a death above a survived limit outweighs it', () => {
    const tried = [
      { limitBytes: 80, survived: true },
      { limitBytes: 40, survived: true },
      { limitBytes: 48, survived: false },
    ];
    expect(nextLimit(tried, { resolutionBytes: 8, startBytes: 80, ceilingBytes: 800 })).toEqual({ kind: 'try', limitBytes: 64 });
  });

  test('what survives the smallest limit has none that is too small', () => {
    const { next } = search(() => true, { resolutionBytes: 8, startBytes: 30, ceilingBytes: 800 });
    expect(next).toEqual({ kind: 'found', limitBytes: 8, largestTooSmallBytes: undefined });
  });

  test('finds the threshold of every program that has one, in few steps', () => {
    const sizes = fc.record({
      resolutionBytes: fc.integer({ min: 1, max: 64 }),
      startBytes: fc.integer({ min: 0, max: 100_000 }),
      threshold: fc.integer({ min: 1, max: 100_000 }),
    });
    fc.assert(
      fc.property(sizes, ({ resolutionBytes, startBytes, threshold }) => {
        const { next, tried } = search((limit) => limit >= threshold, { resolutionBytes, startBytes, ceilingBytes: 200_000 });
        const smallest = Math.ceil(threshold / resolutionBytes) * resolutionBytes;
        expect(next).toEqual({
          kind: 'found',
          limitBytes: smallest,
          largestTooSmallBytes: smallest === resolutionBytes ? undefined : smallest - resolutionBytes,
        });
        expect(tried.length).toBeLessThanOrEqual(40);
      }),
    );
  });

  test('ends for a program that lives by chance', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (luck) => {
        search(() => luck.next().value === true, { resolutionBytes: 8, startBytes: 500, ceilingBytes: 4000 });
      }),
    );
  });
});
