import { describe, expect, test } from 'vitest';
import type { Cell } from '../../../src/model/result.ts';
import { judgeRegressions, type RegressionLimits, unjudgedMetrics } from '../../../src/stats/regression.ts';
import { cellOf, phasesOf } from '../../fixtures/cells.ts';

const mib = 2 ** 20;
const all = (share: number): RegressionLimits => ({ all: share, named: {} });
const only = (named: Record<string, number>): RegressionLimits => ({ all: undefined, named });

const cellsOf = (settled: readonly number[], changes: (index: number) => Partial<Cell> = () => ({})): Cell[] =>
  settled.map((rss, index) =>
    cellOf({ repeat: index + 1, phases: phasesOf({ baseline: 10, loaded: rss, settled: rss }), ...changes(index) }),
  );

const judgeSettled = (now: number[], before: number[], share: number) =>
  judgeRegressions(cellsOf(now), cellsOf(before), only({ settled: share }))[0];

describe('the interval of the difference decides, against the share of the baseline’s median', () => {
  const before = [397, 399, 401, 403, 409];

  test('kept: no bound of it is over 5 %', () => {
    expect(judgeSettled([401, 402, 403, 406, 409], before, 0.05)).toEqual({
      ...{ quantity: 'settled', isMetric: false, better: 'lower', unit: 'bytes', allowedShare: 0.05 },
      allowed: 0.05 * 401 * mib,
      baseline: { median: 401 * mib, runs: before.map((size) => size * mib) },
      measured: { median: 403 * mib, runs: [401, 402, 403, 406, 409].map((size) => size * mib) },
      // Of 25 differences the middle one, the fifth and the fifth from the end.
      difference: { estimate: 3 * mib, low: -2 * mib, high: 7 * mib },
      state: 'kept',
    });
  });

  test('broken: both are', () => {
    expect(judgeSettled([441, 442, 443, 446, 449], before, 0.05)).toMatchObject({ state: 'broken' });
  });

  test('undecided: one is, and how many runs would decide it', () => {
    expect(judgeSettled([413, 417, 421, 425, 435], before, 0.05)).toMatchObject({
      state: 'undecided',
      reason: expect.stringMatching(/^(if the difference stays, about \d+ runs on both sides decide|it is too close)/),
    });
    const wide = judgeSettled([300, 350, 405, 450, 500], before, 0.05);
    expect(wide).toMatchObject({ state: 'undecided', reason: expect.stringMatching(/about \d+ runs|too close/) });
  });

  test('exactly what is allowed is kept, and a difference at it cannot be told by repeats', () => {
    expect(judgeSettled([420, 420, 420], [400, 400, 400], 0.05)).toMatchObject({ state: 'kept' });
    expect(judgeSettled([410, 420, 430], [400, 400, 400], 0.05)).toMatchObject({
      state: 'undecided',
      reason: 'it is too close to what is allowed for repeats to tell: allow more, or less',
    });
  });
});

test('one run on one side: the figures as they are, without an interval', () => {
  const regression = judgeSettled([500], [400, 400, 400], 0.05);
  expect(regression).toMatchObject({ state: 'broken', difference: { estimate: 100 * mib } });
  expect(regression?.difference).not.toHaveProperty('low');
  expect(judgeSettled([420], [400], 0.05)).toMatchObject({ state: 'kept' });
});

test('two runs on both sides: undecided, however far apart', () => {
  expect(judgeSettled([900, 900], [400, 400], 0.05)).toMatchObject({
    state: 'undecided',
    reason: '2 runs against 2 have no interval; 3 on both sides have one',
  });
});

test('a change of under a MiB is none, whatever share of the baseline it is', () => {
  const tiny = (bytes: number) => cellsOf([10], () => ({ phases: { settled: { atMs: 1, rssBytes: bytes } } }));
  expect(judgeRegressions(tiny(3 * mib), tiny(2 * mib), all(0.05))).toMatchObject([{ state: 'kept', allowed: mib }, {}]);
  expect(judgeRegressions(tiny(3 * mib + 4096), tiny(2 * mib), all(0.05))).toMatchObject([{ state: 'broken' }, {}]);
});

describe('what is compared', () => {
  const timed = (burstMs: number) => cellsOf([400], () => ({ burstMs }));
  const names = (now: Cell[], before: Cell[], limits: RegressionLimits) =>
    judgeRegressions(now, before, limits).map(({ quantity, state, allowedShare }) => [quantity, state, allowedShare]);

  test('by itself what the baseline has; by name what is named, with its own share', () => {
    expect(names(timed(1000), timed(1000), all(0.05))).toEqual([
      ['settled', 'kept', 0.05],
      ['peak', 'kept', 0.05],
      ['load-time', 'kept', 0.05],
    ]);
    expect(names(timed(1200), timed(1000), { all: 0.05, named: { 'load-time': 0.25, burst: 0.01 } })).toEqual([
      ['settled', 'kept', 0.05],
      ['peak', 'kept', 0.05],
      ['load-time', 'kept', 0.25],
      ['burst', 'kept', 0.01],
    ]);
    expect(names(timed(1200), timed(1000), only({ 'load-time': 0.1 }))).toEqual([['load-time', 'broken', 0.1]]);
  });

  test('what the baseline has and now is not measured is unknown, and so is what was named and neither has', () => {
    const [, , time] = judgeRegressions(cellsOf([400]), timed(1000), all(0.05));
    expect(time).toMatchObject({ quantity: 'load-time', state: 'unknown', reason: 'it was not measured' });
    const [p99] = judgeRegressions(cellsOf([400]), cellsOf([400]), only({ p99: 0.1 }));
    expect(p99).toEqual({
      quantity: 'p99',
      isMetric: true,
      unit: 'count',
      allowedShare: 0.1,
      state: 'unknown',
      reason: 'the baseline has no p99',
    });
  });

  test('live bytes that were withdrawn say why', () => {
    const phases = phasesOf({ baseline: [10, 5], settled: [400, 300] });
    const [live] = judgeRegressions(
      cellsOf([400], () => ({ liveWithdrawn: 'Another allocator serves it.' })),
      cellsOf([400], () => ({ phases })),
      only({ live: 0.05 }),
    );
    expect(live).toMatchObject({ state: 'unknown', reason: 'Another allocator serves it.' });
  });

  test('a metric that is better when higher breaks when it falls; one without a better is not compared by itself', () => {
    const rated = (rate: number, better?: 'higher') =>
      cellsOf([400], () => ({ metrics: { rate: { value: rate, ...(better ? { better } : {}) } } }));
    expect(names(rated(80, 'higher'), rated(100, 'higher'), all(0.1)).at(-1)).toEqual(['rate', 'broken', 0.1]);
    expect(names(rated(120, 'higher'), rated(100, 'higher'), all(0.1)).at(-1)).toEqual(['rate', 'kept', 0.1]);
    expect(names(rated(80), rated(100), all(0.1)).map(([name]) => name)).not.toContain('rate');
    expect(unjudgedMetrics(rated(80), all(0.1))).toEqual(['rate']);
    expect(unjudgedMetrics(rated(80), only({ settled: 0.1 }))).toEqual([]);
    expect(judgeRegressions(rated(80), rated(100), only({ rate: 0.1 }))[0]).toMatchObject({
      state: 'unknown',
      reason: 'nothing says which way is better: @metric rate=… better=higher, or lower',
    });
  });
});
