import { describe, expect, test } from 'vitest';
import type { Cell, Metric, ResultFile } from '../../../src/model/result.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { recommend } from '../../../src/stats/recommend.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';

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

const of = (...groups: Cell[][]): ResultFile => resultOf(groups.flat());
const reference = cellsOf('glibc', [{ settled: 1000, burstMs: 1000, cpuMs: 2000 }]);
const choiceOf = (...groups: Cell[][]) => {
  const found = recommend(of(...groups));
  return found.kind === 'change' ? found.choice.configuration : found.kind;
};

describe('what counts as less', () => {
  test('5 % of the reference is enough, a byte less is not', () => {
    expect(choiceOf(reference, cellsOf('a', [{ settled: 950 }]))).toBe('a');
    const [cell] = cellsOf('a', [{ settled: 950 }]);
    if (!cell?.phases.settled) throw new Error('the fixture has this phase');
    cell.phases.settled.rssBytes += 1;
    expect(choiceOf(reference, [cell])).toBe('keep');
  });

  test('and not less than the cells of the reference differ by', () => {
    const noisy = cellsOf('glibc', [{ settled: 1000 }, { settled: 1000 }, { settled: 900 }]);
    expect(choiceOf(noisy, cellsOf('a', [{ settled: 900 }, { settled: 900 }, { settled: 900 }]))).toBe('a');
    expect(choiceOf(noisy, cellsOf('a', [{ settled: 901 }, { settled: 901 }, { settled: 901 }]))).toBe('keep');
  });

  test('the smallest of several wins, and says what it saves', () => {
    const found = recommend(of(reference, cellsOf('a', [{ settled: 500 }]), cellsOf('b', [{ settled: 400 }])));
    expect(found).toMatchObject({
      kind: 'change',
      reference: 'glibc',
      referenceBytes: 1000 * bytesPerMiB,
      choice: { configuration: 'b', savedBytes: 600 * bytesPerMiB },
      firm: false,
    });
  });

  test('nothing that is larger is recommended', () => {
    expect(choiceOf(reference, cellsOf('a', [{ settled: 1500 }]))).toBe('keep');
  });
});

describe('cost', () => {
  test.each([
    [{ burstMs: 1050 }, 'a'],
    [{ burstMs: 1051 }, 'keep'],
    [{ burstMs: 500 }, 'a'],
    [{ cpuMs: 2100 }, 'a'],
    [{ cpuMs: 2110 }, 'keep'],
    [{ burstMs: 900, cpuMs: 2400 }, 'keep'],
  ])('%o of 1,000 ms and 2,000 ms of processor time: %s', (cost, choice) => {
    expect(choiceOf(reference, cellsOf('a', [{ settled: 500, ...cost }]))).toBe(choice);
  });

  test('a reference that differs from itself allows as much', () => {
    const noisy = cellsOf('glibc', [
      { settled: 1000, burstMs: 1000 },
      { settled: 1000, burstMs: 800 },
    ]);
    const slower = (burstMs: number) =>
      cellsOf('a', [
        { settled: 500, burstMs: burstMs * 1000 },
        { settled: 500, burstMs: burstMs * 800 },
      ]);
    expect(choiceOf(noisy, slower(1.2))).toBe('a');
    expect(choiceOf(noisy, slower(1.21))).toBe('keep');
  });

  test('the costly one is told, and the next that is not is chosen', () => {
    const found = recommend(of(reference, cellsOf('a', [{ settled: 300, burstMs: 3000 }]), cellsOf('b', [{ settled: 600 }])));
    expect(found).toMatchObject({
      choice: { configuration: 'b' },
      smallerButCostly: [{ configuration: 'a', costs: [{ name: 'load time', ratio: 3, judgement: 'worse' }] }],
    });
  });

  const metric = (value: number, better?: 'higher' | 'lower') => ({ rate: { value, ...(better ? { better } : {}) } });
  test.each([
    [metric(100, 'higher'), metric(94, 'higher'), 'keep'],
    [metric(100, 'higher'), metric(200, 'higher'), 'a'],
    [metric(100, 'lower'), metric(200, 'lower'), 'keep'],
    [metric(100, 'lower'), metric(50, 'lower'), 'a'],
    [metric(100), metric(104), 'a'],
    [metric(100), metric(200), 'keep'],
    [metric(100), metric(50), 'keep'],
  ])('metric %o against %o: %s', (own, other, choice) => {
    expect(choiceOf(cellsOf('glibc', [{ settled: 1000, metrics: own }]), cellsOf('a', [{ settled: 500, metrics: other }]))).toBe(
      choice,
    );
  });
});

describe('who takes part', () => {
  test('a configuration of which a cell went wrong does not', () => {
    const shaky = cellsOf('a', [{ settled: 500 }, { settled: 500, changes: { state: 'failed', reason: 'x' } }]);
    expect(choiceOf(cellsOf('glibc', [{ settled: 1000 }, { settled: 1000 }]), shaky)).toBe('keep');
  });

  test('nor does the mmap allocator, an instrument', () => {
    expect(choiceOf(reference, cellsOf('mmap', [{ settled: 100 }]))).toBe('unknown');
  });

  test('without a reference, or with it alone, there is no recommendation', () => {
    expect(recommend(of(cellsOf('a', [{ settled: 500 }])))).toEqual({
      kind: 'unknown',
      reason: 'The reference, glibc, has no cell that is ok.',
    });
    expect(recommend(of(reference))).toMatchObject({ kind: 'unknown' });
    expect(recommend(resultOf([]))).toMatchObject({ kind: 'unknown' });
  });

  test('six repeats make it firm, five do not', () => {
    const repeated = (count: number) => [
      cellsOf('glibc', Array(count).fill({ settled: 1000 })),
      cellsOf('a', Array(count).fill({ settled: 500 })),
    ];
    expect(recommend(of(...repeated(6)))).toMatchObject({ kind: 'change', firm: true });
    expect(recommend(of(...repeated(5)))).toMatchObject({ kind: 'change', firm: false });
  });
});
