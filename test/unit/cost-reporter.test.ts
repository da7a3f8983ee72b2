import { expect, test } from 'vitest';
import { type FileCost, projectsOf, renderProjects, renderSlowest } from '../cost-reporter.ts';
import { processorMsOf } from '../own-processor-time.ts';

test('the longest first, with their share of the whole', () => {
  expect(
    renderSlowest('files', [
      { name: 'b.test.ts', ms: 1949, processorMs: 0 },
      { name: 'a.test.ts', ms: 103_051, processorMs: 17_000 },
    ]),
  ).toBe(
    [
      'Slowest 2 of 2 files, 100 % of their time, in seconds:',
      '  103.1  a.test.ts (17.0 of a processor)',
      '    1.9  b.test.ts (0.0 of a processor)',
    ].join('\n'),
  );
});

test('twenty of them', () => {
  const all = Array.from({ length: 83 }, (_, index) => ({ name: `${index}`.padStart(2, '0'), ms: index < 20 ? 4000 : 0 }));
  const lines = renderSlowest('tests', all.toReversed()).split('\n');
  expect(lines[0]).toBe('Slowest 20 of 83 tests, 100 % of their time, in seconds:');
  expect(lines.slice(1)).toEqual(Array.from({ length: 20 }, (_, index) => `    4.0  ${`${index}`.padStart(2, '0')}`));
});

const costOf = (project: string, ms: number, processorMs: number, tests: number): FileCost => ({
  ...{ project, file: `test/${project}/${ms}.test.ts`, ms, processorMs },
  tests: Array.from({ length: tests }, (_, index) => ({ name: `${index}`, state: 'passed', ms: 1 })),
});
const files = [costOf('unit', 2003, 1009, 7), costOf('cli', 11_003, 503, 3), costOf('unit', 13_001, 7013, 2)];

test('projects by their sums', () => {
  expect(projectsOf(files)).toEqual([
    { project: 'unit', files: 2, tests: 9, ms: 15_004, processorMs: 8022 },
    { project: 'cli', files: 1, tests: 3, ms: 11_003, processorMs: 503 },
  ]);
});

test('how busy the machine was', () => {
  expect(renderProjects(files, { wallMs: 17_050, cores: 2 }).split('\n')).toEqual([
    'Projects, in seconds, and of a processor:',
    '   15.0     8.0  unit, 9 tests in 2 files',
    '   11.0     0.5  cli, 3 tests in 1 files',
    '   26.0     8.5  all of them in 17.1: 25 % of 2 cores. Each test: build/test-report.json',
  ]);
});

test('processor time of a process whose name is hostile', () => {
  const rest = ['S', ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ...[101, 7, 1009, 13], ...[20, 0, 1]].join(' ');
  expect(processorMsOf(`4242 (a) b ) ${rest}\n`)).toBe(11_300);
});
