import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../src/model/fit.ts';
import { confirmedRuns, headroomOf, nextConfirmation, runsToProve, survivalAtLeast } from '../../../src/stats/headroom.ts';
import { mib } from '../../fixtures/evidence.ts';
import { fitOf } from '../../fixtures/fit.ts';

/** The chance that all of n runs survive when this share of runs does. */
const chanceOfAll = (share: number, n: number) => share ** n;

describe('the share of runs that survive', () => {
  test.each([1, 3, 7, 59, 299])('by %d of as many: with a smaller share it would have been seen once in twenty times', (n) => {
    expect(chanceOfAll(survivalAtLeast(n), n)).toBeCloseTo(0.05, 12);
  });

  test('3 of 3 prove 36.8 %, 59 of 59 prove 95 %, nothing proves nothing', () => {
    expect(survivalAtLeast(3)).toBeCloseTo(0.3684, 4);
    expect(survivalAtLeast(59)).toBeGreaterThan(0.95);
    expect(survivalAtLeast(58)).toBeLessThan(0.95);
    expect(survivalAtLeast(0)).toBe(0);
  });

  test('the rule of three is near it for many runs', () => {
    expect(survivalAtLeast(1000)).toBeCloseTo(1 - 3 / 1000, 4);
  });

  test('as many runs as are needed, and no more', () => {
    expect([0.5, 0.9, 0.95, 0.99].map(runsToProve)).toEqual([5, 29, 59, 299]);
  });
});

describe('headroom', () => {
  test.each([
    [[101], undefined, 8],
    [[101, 101, 101], 0, 8],
    [[101, 107, 103], 6, 8],
    [[101, 114], 13, 16],
  ] as const)('peaks of %j MiB', (peaksMiB, spread, headroom) => {
    const found = headroomOf(fitOf('glibc', { limitMiB: 113, peaksMiB }), mib(8));
    expect(found).toEqual({ stepBytes: mib(8), spreadBytes: spread === undefined ? undefined : mib(spread), bytes: mib(headroom) });
  });

  test('what the page cache of the first run adds is no spread of the program', () => {
    const fit = fitOf('glibc', { limitMiB: 113, peaksMiB: [173, 101, 103] });
    const rss = [97, 101, 99];
    const attempts = fit.attempts.map((attempt, at) => ({
      ...attempt,
      ...(rss[at] === undefined ? {} : { peakRssBytes: mib(rss[at]) }),
    }));
    expect(headroomOf({ ...fit, attempts }, mib(1)).spreadBytes).toBe(mib(4));
  });
});

describe('nextConfirmation', () => {
  /** What is tried until it ends, with the limit at which a program survives from some on. */
  function confirm(survivesFromMiB: number, runs: number, ceilingMiB = 4096) {
    const attempts: Attempt[] = [{ limitBytes: mib(108), outcome: 'oom-killed', wallMs: 1 }];
    for (;;) {
      const plan = { limitBytes: mib(100), headroomBytes: mib(8), ceilingBytes: mib(ceilingMiB), runs };
      const next = nextConfirmation(attempts, plan);
      if (next.kind !== 'try') return { next, tried: attempts.slice(1).map(({ limitBytes = 0 }) => limitBytes / mib(1)) };
      const outcome = next.limitBytes >= mib(survivesFromMiB) ? 'survived' : 'oom-killed';
      attempts.push({ limitBytes: next.limitBytes, isConfirmation: true, outcome, wallMs: 1 });
    }
  }

  test('none are made where none are asked for', () => {
    expect(confirm(0, 0)).toEqual({ next: { kind: 'confirmed', limitBytes: mib(108) }, tried: [] });
  });

  test('as many as asked for, at the limit with its headroom; attempts of the search do not count', () => {
    expect(confirm(108, 3)).toEqual({ next: { kind: 'confirmed', limitBytes: mib(108) }, tried: [108, 108, 108] });
  });

  test('a death doubles the headroom, and all are made anew', () => {
    expect(confirm(120, 2)).toEqual({ next: { kind: 'confirmed', limitBytes: mib(132) }, tried: [108, 116, 132, 132] });
  });

  test('it is given up after four raises, or at what this machine has', () => {
    expect(confirm(5000, 2)).toEqual({ next: { kind: 'none' }, tried: [108, 116, 132, 164, 228] });
    expect(confirm(5000, 2, 131)).toEqual({ next: { kind: 'none' }, tried: [108, 116] });
  });

  test('those count that survived at the limit to ship', () => {
    const confirmations = [
      [108, 'survived'],
      [108, 'oom-killed'],
      [116, 'survived'],
      [116, 'survived'],
    ] as const;
    expect(confirmedRuns(fitOf('glibc', { limitMiB: 100, shipMiB: 116, confirmations }))).toBe(2);
  });
});
