import { describe, expect, test } from 'vitest';
import type { Cell, CommandScenario, DecisionRules, Metric } from '../../../src/model/result.ts';
import { decide } from '../../../src/stats/decide.ts';
import { cellOf, phasesOf } from '../../fixtures/cells.ts';

interface Seen {
  settled: number;
  burstMs?: number;
  cpuMs?: number;
  metrics?: Record<string, Metric>;
  changes?: Partial<Cell>;
}

/** A configuration's cells, one per repeat; sizes in MiB. */
function cellsOf(configuration: string, seen: readonly Seen[]): Cell[] {
  return seen.map(({ settled, burstMs, cpuMs, metrics, changes }, index) => {
    const { baseline, loaded, ...later } = phasesOf({ baseline: 100, loaded: 1200, settled });
    if (!baseline || !loaded) throw new Error('the fixture has these phases');
    const used = cpuMs === undefined ? loaded : { ...loaded, cpuMs: 1000 + cpuMs };
    return cellOf({
      ...{ configuration, allocator: configuration, repeat: index + 1 },
      phases: { baseline: { ...baseline, cpuMs: 1000 }, loaded: used, ...later },
      ...(burstMs === undefined ? {} : { burstMs }),
      ...(metrics ? { metrics } : {}),
      ...changes,
    });
  });
}

const judged = (groups: Cell[][], rules?: DecisionRules) =>
  decide(groups.flat(), {
    order: groups.map(([cell]) => cell?.configuration ?? ''),
    reference: 'glibc',
    ...(rules ? { rules } : {}),
  });
const choiceOf = (...groups: Cell[][]) => {
  const { state, configuration } = judged(groups).decision;
  return state === 'change' ? configuration : state;
};

/** As many rounds as there are wobbles: each cell of a configuration is off by one of them, in per mille. */
const wobbles = [0, 4, -3, 2, -4, 1, 3, -2, 0, -1];
function rounds(configuration: string, seen: Seen, wobblesOf: readonly number[] = wobbles): Cell[] {
  return cellsOf(
    configuration,
    wobblesOf.map((wobble) => {
      const off = 1 + wobble / 1000;
      return {
        ...seen,
        settled: seen.settled * off,
        ...(seen.burstMs === undefined ? {} : { burstMs: Math.round(seen.burstMs * off) }),
      };
    }),
  );
}

const reference = rounds('glibc', { settled: 1000, burstMs: 1000, cpuMs: 2000 }, wobbles.toReversed());
const of = (configuration: string, seen: Partial<Seen>) =>
  rounds(configuration, { settled: 500, burstMs: 1000, cpuMs: 2000, ...seen });

describe('what is saved', () => {
  test.each([
    [900, 'a'],
    [935, 'a'],
    [980, 'keep'],
    [1000, 'keep'],
    [1500, 'keep'],
  ])('%d of 1,000 MiB: %s', (settled, choice) => {
    expect(choiceOf(reference, of('a', { settled }))).toBe(choice);
  });

  test('on the threshold nothing is decided, however many rounds there are', () => {
    expect(choiceOf(reference, of('a', { settled: 950 }))).toBe('undecided');
  });

  test('the threshold can be another', () => {
    const at = (minSaving: number) => judged([reference, of('a', { settled: 900 })], { minSaving, maxCost: 0.05 }).decision.state;
    expect([0.01, 0.05, 0.2].map(at)).toEqual(['change', 'change', 'keep']);
  });

  test('the smallest of several wins, and the comparison has its figures', () => {
    const { decision, comparisons, open } = judged([reference, of('a', { settled: 500 }), of('b', { settled: 400 })]);
    expect(decision).toEqual({
      ...{ state: 'change', reference: 'glibc', configuration: 'b', rules: { minSaving: 0.05, maxCost: 0.05 } },
    });
    expect(open).toEqual([]);
    expect(comparisons.get('b')).toMatchObject({ verdict: 'smaller', settledRatio: { rounds: 10 } });
    expect(comparisons.get('b')?.settledRatio.mean).toBeCloseTo(0.4, 9);
    expect(comparisons.has('glibc')).toBe(false);
  });

  test('of two that save as much either is right, and it is decided', () => {
    expect(choiceOf(reference, of('a', { settled: 500 }), of('b', { settled: 499 }))).toBe('b');
  });

  test('cells that differ as much as what is saved decide nothing, and say how many rounds may', () => {
    const settled = [800, 960, 680, 990, 590, 870, 900];
    const wild = cellsOf(
      'a',
      settled.map((mib) => ({ settled: mib, burstMs: 1000, cpuMs: 2000 })),
    );
    const { decision, open } = judged([reference, wild]);
    expect(decision).toMatchObject({ state: 'undecided', configuration: 'a', roundsToTell: 22 });
    expect(open).toEqual(['glibc', 'a']);
  });
});

describe('what it costs', () => {
  test.each([
    [{ burstMs: 1030 }, 'a'],
    [{ burstMs: 1050 }, 'undecided'],
    [{ burstMs: 1070 }, 'keep'],
    [{ burstMs: 500 }, 'a'],
    [{ cpuMs: 2060 }, 'a'],
    [{ cpuMs: 2200 }, 'keep'],
    [{ burstMs: 900, cpuMs: 2400 }, 'keep'],
  ])('%o of 1,000 ms and 2,000 ms of processor time: %s', (cost, choice) => {
    expect(choiceOf(reference, of('a', cost))).toBe(choice);
  });

  test('how much may be given', () => {
    const at = (maxCost: number) => judged([reference, of('a', { burstMs: 1070 })], { minSaving: 0.05, maxCost }).decision.state;
    expect([0.03, 0.1].map(at)).toEqual(['keep', 'change']);
  });

  test('the costly one is no choice, and the next that is not is chosen', () => {
    const { decision, comparisons } = judged([reference, of('a', { settled: 300, burstMs: 3000 }), of('b', { settled: 600 })]);
    expect(decision).toMatchObject({ state: 'change', configuration: 'b' });
    expect(comparisons.get('a')?.costs).toMatchObject([
      { name: 'load time', judgement: 'above', better: 'lower' },
      { name: 'CPU time', judgement: 'within' },
    ]);
    expect(comparisons.get('a')?.costs[0]?.ratio.mean).toBeCloseTo(3, 2);
  });

  const metric = (value: number, better?: 'higher' | 'lower') => ({ rate: { value, ...(better ? { better } : {}) } });
  test.each([
    [metric(100, 'higher'), metric(90, 'higher'), 'keep'],
    [metric(100, 'higher'), metric(98, 'higher'), 'a'],
    [metric(100, 'higher'), metric(200, 'higher'), 'a'],
    [metric(100, 'lower'), metric(200, 'lower'), 'keep'],
    [metric(100, 'lower'), metric(50, 'lower'), 'a'],
    [metric(100), metric(102), 'a'],
    [metric(100), metric(200), 'keep'],
    [metric(100), metric(50), 'keep'],
  ])('metric %o against %o: %s', (own, other, choice) => {
    const withMetrics = (cells: Cell[], metrics: Record<string, Metric>) => cells.map((cell) => ({ ...cell, metrics }));
    expect(choiceOf(withMetrics(reference, own), withMetrics(of('a', {}), other))).toBe(choice);
  });

  test('a burst of a given duration takes no time that could be compared', () => {
    const scenario: CommandScenario = {
      ...{ name: 'command', command: ['./app'], durationMs: 1000, gc: false, settleMs: 1, step: false, graceMs: 1 },
    };
    const given = (cells: Cell[]) => cells.map((cell) => ({ ...cell, scenario }));
    const { comparisons } = judged([given(reference), given(of('a', { burstMs: 2000 }))]);
    expect(comparisons.get('a')?.costs.map(({ name }) => name)).toEqual(['CPU time']);
    expect(comparisons.get('a')?.burstMsRatio?.mean).toBeCloseTo(2, 2);
  });
});

describe('rounds', () => {
  const [first = 0, ...others] = wobbles;

  test('one each has a candidate, and no recommendation; without one that looks good there is none', () => {
    const one = (seen: Partial<Seen>) => judged([reference.slice(0, 1), of('a', seen).slice(0, 1)]).decision;
    expect(one({})).toMatchObject({ state: 'candidate', configuration: 'a' });
    expect(one({ settled: 990 })).not.toHaveProperty('configuration');
    expect(one({ burstMs: 1500 })).not.toHaveProperty('configuration');
    expect(judged([reference.slice(0, 1), of('a', {}).slice(0, 1)]).comparisons.get('a')).toMatchObject({
      verdict: 'too few rounds',
    });
  });

  test('only what is open is run once more', () => {
    const wild = rounds('wild', { settled: 800, burstMs: 1000, cpuMs: 2000 }, [
      first,
      200,
      -150,
      240,
      -260,
      90,
      130,
      ...others.slice(6),
    ]);
    const { open } = judged([reference, of('large', { settled: 1200 }), of('slow', { burstMs: 1500 }), wild]);
    expect(open).toEqual(['glibc', 'wild']);
  });

  test('only those count that both have a cell of', () => {
    const { comparisons } = judged([reference.slice(0, 4), of('a', {}).slice(2)]);
    expect(comparisons.get('a')?.settledRatio.rounds).toBe(2);
  });
});

describe('who takes part', () => {
  test('a configuration of which a cell went wrong does not', () => {
    const shaky = of('a', {}).map((cell, index): Cell => (index === 4 ? { ...cell, state: 'failed', reason: 'x' } : cell));
    expect(choiceOf(reference, shaky)).toBe('keep');
    expect(judged([reference, shaky]).open).toEqual([]);
  });

  test('nor does the mmap allocator, an instrument', () => {
    expect(choiceOf(reference, of('mmap', { settled: 100 }))).toBe('none');
    expect(choiceOf(reference, of('mmap', { settled: 100 }), of('a', {}))).toBe('a');
  });

  test('without a reference, or with it alone, there is nothing to decide', () => {
    expect(decide(of('a', {}), { order: ['glibc', 'a'], reference: 'glibc' }).decision).toMatchObject({
      ...{ state: 'none', reason: 'The reference, glibc, has no cell that is ok.' },
    });
    expect(choiceOf(reference)).toBe('none');
    expect(decide([], { order: [], reference: 'glibc' })).toMatchObject({ decision: { state: 'none' }, open: [] });
  });
});
