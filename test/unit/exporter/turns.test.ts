import { expect, onTestFinished, test, vi } from 'vitest';
import { Pace } from '../../../src/exporter/pace.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import { chooseNext, firstTurn, learnCost } from '../../../src/exporter/turns.ts';

const turn = { dueAt: 0, failures: 0, expectedMs: 20, isTried: true };

function subjectOf(pid: number, own: Partial<Subject['turn']> = {}): Subject {
  return { pid, turn: { ...turn, ...own } } as unknown as Subject;
}

/** A pace that has so much common time, and no savings yet. */
function paceAt(ms: number) {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(ms);
  const usage = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 0, system: 0 });
  onTestFinished(() => {
    clock.mockRestore();
    usage.mockRestore();
  });
  return { pace: new Pace(0.01), clock };
}

const pidOf = (choice: ReturnType<typeof chooseNext<Subject>>) => ('next' in choice ? [choice.next.pid, choice.purse] : undefined);

test('of the cheap the one that was due first, a new one and a known one in turn, before all costly ones', () => {
  const { pace } = paceAt(1000);
  const costly = subjectOf(1, { expectedMs: 500, dueAt: 1 });
  const unknown = [subjectOf(2, { isTried: false, dueAt: 2 }), subjectOf(6, { isTried: false, dueAt: 1 })];
  const known = [subjectOf(3, { dueAt: 900 }), subjectOf(4, { dueAt: 800 }), subjectOf(5, { dueAt: 1001 })];
  const all = [costly, ...unknown, ...known];
  expect(pidOf(chooseNext(all, pace, false))).toEqual([4, 'common']);
  expect(pidOf(chooseNext(all, pace, true))).toEqual([6, 'common']);
  expect(pidOf(chooseNext([costly, ...unknown], pace, false))).toEqual([6, 'common']);
  expect(pidOf(chooseNext([costly, ...known], pace, true))).toEqual([4, 'common']);
});

test('while nobody is due, or the only one is still looked at, it waits until the next one is', () => {
  const { pace } = paceAt(1000);
  const pending = subjectOf(1, { pending: Promise.resolve() });
  expect(chooseNext([pending, subjectOf(2, { dueAt: 4000 }), subjectOf(3, { dueAt: 3000 })], pace, true)).toEqual({ waitMs: 2000 });
  expect(chooseNext([pending], pace, true)).toEqual({ waitMs: Number.POSITIVE_INFINITY });
});

test('a costly one is looked at when its costs are saved up', () => {
  const { pace, clock } = paceAt(0);
  const costly = subjectOf(1, { expectedMs: 500 });
  // The burst is lent by the savings: together there is nothing yet.
  expect(chooseNext([costly], pace, true)).toEqual({ waitMs: 505 / 0.01 });
  clock.mockReturnValue(50_000);
  expect(pidOf(chooseNext([costly], pace, true))).toEqual([1, 'savings']);
});

test('the more a look is expected to cost, the longer others go before, but not for ever', () => {
  const { pace, clock } = paceAt(0);
  clock.mockReturnValue(3_600_000);
  const costly = subjectOf(1, { expectedMs: 4000, dueAt: 0 });
  const newer = (dueAt: number) => subjectOf(2, { expectedMs: 120, dueAt });
  // 4,000 ms are saved in 1,600 s, 120 in 48.
  expect(pidOf(chooseNext([costly, newer(1_500_000)], pace, true))).toEqual([2, 'savings']);
  expect(pidOf(chooseNext([costly, newer(1_600_000)], pace, true))).toEqual([1, 'savings']);
});

test('a first look is expected to cost by mappings and threads, and a later one what the last ones did', () => {
  const small = firstTurn({ mappings: 250, threads: 20 });
  expect(small).toMatchObject({ expectedMs: 25.5, isTried: false });
  expect(firstTurn({ mappings: 60_000, threads: 1 }).expectedMs).toBeCloseTo(620.15, 10);
  expect(firstTurn({ mappings: 100, threads: 5000 }).expectedMs).toBeGreaterThan(500);
  learnCost(small, 133);
  expect(small).toMatchObject({ expectedMs: 79.25, isTried: true });
});
