import { describe, expect, test } from 'vitest';
import type { Cell, CommandScenario, ResultFile } from '../../../src/model/result.ts';
import { renderHtml } from '../../../src/reporters/html/result-page.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';

const assets = () => ({ script: '', style: '', licences: '' });
const scenario: CommandScenario = {
  ...{ name: 'command', command: ['./app'], load: ['wrk'], gc: false, settleMs: 1, step: false, graceMs: 1 },
};

/** A cell for each settled RSS, in MiB. */
function cellsOf(configuration: string, settled: readonly number[], changes: Partial<Cell> = {}): Cell[] {
  return settled.map((mib, index) =>
    cellOf({
      ...{ configuration, allocator: configuration, scenario, repeat: index + 1, burstMs: 2000 },
      phases: phasesOf({ baseline: 100, loaded: 1200, settled: mib }),
      ...changes,
    }),
  );
}

function planned(...groups: Cell[][]): ResultFile {
  const cells = groups.flat();
  const configurations = groups.map(([cell]) => ({
    key: cell?.configuration ?? '',
    allocator: '',
    settings: { env: {}, jvmFlags: [] },
  }));
  const plan = { scenario, configurations, repeats: 6, meter: true, reference: 'glibc', timeoutMs: 1 };
  return { ...resultOf(cells), plan };
}

const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const tilesOf = (result: ResultFile) => {
  const [list = ''] = /<ul class="tiles">.*?<\/ul>/s.exec(renderHtml(result, { assets })) ?? [];
  return [...list.matchAll(/<li>(.*?)<\/li>/gs)].map(([, tile = '']) => textOf(tile));
};
const verdictOf = (result: ResultFile) =>
  textOf(/<section aria-labelledby="verdict">(.*?)<\/section>/s.exec(renderHtml(result, { assets }))?.[1] ?? '');
const glibc = cellsOf('glibc', [1000, 1010, 990, 1000, 1003, 1000]);

describe('the tiles say what the recommendation says:', () => {
  test('a change: the two, and what is saved', () => {
    const result = planned(glibc, cellsOf('jemalloc', [400, 410, 400, 400, 403, 400]));
    expect(tilesOf(result)).toEqual([
      '1,000 MiB RSS that glibc , the reference, settles at [995, 1,007]',
      '400 MiB RSS that jemalloc , the recommended, settles at [400, 407]',
      '598 MiB less per process [593, 603]',
    ]);
    expect(verdictOf(result)).toContain('Recommendation: jemalloc.');
  });

  test('of one run each: a candidate, and no proof', () => {
    const result = planned(cellsOf('glibc', [1000]), cellsOf('jemalloc', [400]));
    expect(tilesOf(result).slice(1)).toEqual([
      '400 MiB RSS that jemalloc , a candidate, settles at',
      '600 MiB less per process, a direction and no proof',
    ]);
  });

  test('nothing saves enough: no saving is promised, however small the smallest is', () => {
    const result = planned(glibc, cellsOf('jemalloc', [985, 993, 977, 986, 988, 985]));
    expect(tilesOf(result)).toEqual([
      '1,000 MiB RSS that glibc , the reference, settles at [995, 1,007]',
      '986 MiB RSS that jemalloc , the smallest of the others, settles at [981, 991]',
      'keep glibc no setting saves enough against glibc',
    ]);
    expect(verdictOf(result)).toContain('Recommendation: keep glibc;');
    expect(verdictOf(result)).not.toContain('less per process');
  });

  test('undecided: the candidate, and that it is none more than that', () => {
    const wild = cellsOf('jemalloc', [500, 1100, 590, 1040, 800, 860]);
    expect(tilesOf(planned(glibc, wild)).slice(1)).toEqual([
      expect.stringContaining('a candidate, settles at'),
      expect.stringMatching(/less per process .*, undecided$/),
    ]);
  });

  test('what is smaller costs more: which, and what', () => {
    const result = planned(glibc, cellsOf('slow', [400, 400, 400, 400, 400, 400], { burstMs: 3000 }));
    expect(tilesOf(result).slice(1)).toEqual([
      '400 MiB RSS that slow , smaller but at load time +50 % [+49, +52], settles at [400, 400]',
      'keep glibc what is smaller costs too much',
    ]);
  });

  test('a configuration that failed once is no candidate', () => {
    const failed = cellsOf('broken', [100, 100, 100, 100, 100]).concat(cellsOf('broken', [100], { state: 'failed', repeat: 6 }));
    expect(tilesOf(planned(glibc, failed))[1]).toBe('keep glibc no other configuration has only cells that are ok');
  });

  test('without an ok cell of the reference there is none', () => {
    expect(tilesOf(planned(cellsOf('glibc', [50], { state: 'failed' }), cellsOf('b', [400])))).toEqual([]);
  });
});

test('of the reproducer: no difference is none, not a figure', () => {
  const repro = (name: string, settled: number[]) =>
    cellsOf(name, settled).map((cell) => ({ ...cell, scenario: cellOf({}).scenario }));
  const alike = resultOf([...repro('glibc', [500, 510, 490, 500, 505, 495]), ...repro('b', [495, 515, 480, 505, 490, 500])]);
  expect(tilesOf(alike)).toEqual([
    '500 MiB RSS that glibc , the reference, settles at [493, 508]',
    '498 MiB RSS that b , the smallest of the others: not smaller, settles at [485, 510]',
    'no difference between the two that is worth a setting',
  ]);
});

describe('every repeat', () => {
  const [first = '', ...others] = renderHtml(planned(glibc, cellsOf('b', [400, 800, 420, 430, 410, 425, 415])), { assets })
    .split('<section')
    .filter((section) => section.includes('class="intervals repeats"'));

  test('is a point on the scale of its column, and the median is a line', () => {
    expect(others).toEqual([]);
    expect(first).toContain('settled RSS, MiB <span class="parts">400 to 1,010</span>');
    const row = first.slice(first.indexOf('s1"></span>b'));
    const points = [...row.matchAll(/class="point( outlier)?" style="left:([\d.]+)%" title="(.*?)"/g)].map((match) =>
      match.slice(1),
    );
    expect(points.slice(0, 4)).toEqual([
      [undefined, '0.00', 'repeat 1: 400'],
      [' outlier', '65.57', 'repeat 2: 800'],
      [undefined, '3.28', 'repeat 3: 420'],
      [undefined, '4.92', 'repeat 4: 430'],
    ]);
    expect(row).toContain('<span class="median" style="left:3.28%"></span>');
    expect(textOf(row)).toContain('400 to 800, 7 repeats');
  });

  test('only where something was repeated', () => {
    expect(renderHtml(planned(cellsOf('glibc', [51]), cellsOf('b', [52])), { assets })).not.toContain('id="repeats"');
  });
});
