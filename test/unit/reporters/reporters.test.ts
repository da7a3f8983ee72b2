import { expect, test } from 'vitest';
import { renderChart } from '../../../src/reporters/chart.ts';
import { formats } from '../../../src/reporters/formats.ts';
import { narrate } from '../../../src/reporters/narrative.ts';
import { reporters } from '../../../src/reporters/reporter.ts';
import { cellOf, phasesOf, resultOf, scenario, timelineOf } from '../../fixtures/cells.ts';
import { plainText } from '../../fixtures/terminal.ts';

const plain = { ...plainText, assets: () => ({ script: '', style: '', licences: '' }) };
const glibc = cellOf({
  burstMs: 1234,
  wallMs: 9000,
  phases: phasesOf({ baseline: 1100, loaded: 1900, collected: 1905, settled: 1900, trimmed: 1180 }),
});
const mmap = cellOf({
  configuration: 'mmap',
  allocator: 'mmap',
  burstMs: 2345,
  phases: phasesOf({ baseline: [1110, 30], loaded: [2000, 810], collected: [1130, 31], settled: [1128, 30] }),
});
const skipped = cellOf({
  configuration: 'jemalloc',
  allocator: 'jemalloc',
  state: 'skipped',
  reason: 'libjemalloc.so.2 is not installed. Run: x',
});
const withLeft = (cell: typeof glibc) => {
  const { loaded, collected } = cell.phases;
  if (!loaded || !collected) throw new Error('the fixture has these phases');
  const phases = {
    ...cell.phases,
    loaded: { ...loaded, nmtCommittedBytes: 1200 * 2 ** 20, announced: { openInflaters: 20_000 } },
    collected: { ...collected, announced: { openInflaters: 0 } },
  };
  return { ...cell, phases };
};

test('the table: figures in MiB, what was not measured as a dash, states told below it', () => {
  expect(reporters.table(resultOf([withLeft(glibc), mmap, skipped]), plain)).toMatchSnapshot();
});

test('markdown', () => {
  expect(reporters.markdown(resultOf([withLeft(glibc), skipped]))).toMatchSnapshot();
});

test('csv has raw bytes, and an empty field where nothing was measured', () => {
  const [head = '', first = '', second = ''] = reporters
    .csv(resultOf([glibc, skipped]))
    .trim()
    .split('\n');
  const row = (line: string) => Object.fromEntries(head.split(',').map((name, index) => [name, line.split(',')[index]]));
  expect(row(first)).toMatchObject({
    configuration: 'glibc',
    state: 'ok',
    settledRssBytes: '1992294400',
    returned: '0',
    burstMs: '1234',
    settledLiveBytes: '',
  });
  expect(row(second)).toMatchObject({ configuration: 'jemalloc', state: 'skipped', settledRssBytes: '', returned: '' });
});

test('json is the result file itself', () => {
  const result = resultOf([glibc, skipped], false);
  expect(JSON.parse(reporters.json(result))).toEqual(result);
});

test.each(formats)('%s of a result with no cell at all is still text', (format) => {
  expect(typeof reporters[format](resultOf([], false), plain)).toBe('string');
});

test('without a burst the sentence says so, and why', () => {
  const phases = phasesOf({ baseline: 1100, loaded: 1110, collected: 1108, settled: 1108 });
  expect(narrate(resultOf([cellOf({ phases, scenario: { ...scenario, loader: 'fixed' } })]))).toEqual([
    'No burst: RSS grew by at most 10 MiB during the scan, because the fixed loader ends its Inflaters itself. There is nothing for an allocator to keep.',
  ]);
});

test("a released loader's Inflaters are told when a census has counted them, and no number is made up", () => {
  const driven = cellOf({ ...glibc, scenario: { ...scenario, loader: 'spring-boot:2.0.4', loaderJar: '/cache/loader.jar' } });
  expect(narrate(resultOf([driven]))[0]).toContain('left an unknown number of Inflaters to the GC (--census counts them). RSS on');
  const counted = cellOf({ ...driven, census: { inflaterBlocks: 1009 } });
  expect(narrate(resultOf([counted]))[0]).toContain('left 1,009 Inflaters to the GC. RSS on');
  expect(reporters.table(resultOf([counted]), plain)).toContain('spring-boot:2.0.4 loader (its classes, driven directly), scan');
});

test('when nothing returns more than glibc, no allocator is praised', () => {
  const jemalloc = cellOf({ ...glibc, configuration: 'jemalloc', allocator: 'jemalloc' });
  expect(narrate(resultOf([glibc, jemalloc])).join(' ')).toContain('jemalloc, the best of the others, returned 0 %');
});

test('the chart draws RSS and live bytes of all cells on one scale and marks the phases', () => {
  const atMs = [0, 1000, 2000, 3000, 4000];
  const cells = [
    cellOf({ ...glibc, timeline: timelineOf(atMs, [0, 100, 200, 200, 200], [0, 50, 100, 0, 0]) }),
    cellOf({ ...mmap, timeline: timelineOf(atMs, [0, 100, 200, 50, 50]) }),
  ];
  expect(renderChart(resultOf(cells), { width: 32 })).toMatchSnapshot();
});

test('of repeats the chart has the run of each configuration with the median settled RSS, in the order of the table', () => {
  const atMs = [0, 1000, 2000];
  const runs = [90, 30, 60].flatMap((settled, index) =>
    ['mmap', 'glibc'].map((configuration) =>
      cellOf({
        ...{ configuration, repeat: index + 1, phases: phasesOf({ baseline: 10, loaded: 100, settled }) },
        timeline: timelineOf(atMs, [10, 100, settled]),
      }),
    ),
  );
  const chart = renderChart(resultOf(runs), { width: 32 });
  expect(chart.match(/^(glibc|mmap) +RSS/gm)).toEqual(['mmap   RSS', 'glibc  RSS']);
  expect(chart).toContain('Of each configuration the run with the median settled RSS.');
  expect(chart).toBe(renderChart(resultOf(runs.slice(4)), { width: 32 }));
});
