import { expect, test } from 'vitest';
import type { CellLook } from '../../../src/model/cell-look.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { lookLines } from '../../../src/reporters/cell-looks.ts';
import { describeVerdict, renderAnnotations, renderGuard } from '../../../src/reporters/guard.ts';
import { renderJunit } from '../../../src/reporters/junit.ts';
import { culpritOf, firstSentence } from '../../../src/stats/culprit.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';

type Code = CellLook['findings'][number]['code'];
const mib = (count: number) => count * bytesPerMiB;
const lookOf = (...findings: [Code, number?][]): CellLook => ({
  verdict: 'x',
  findings: findings.map(([code, size]) => ({
    ...{ code, severity: 'problem', title: `It is ${code} 1.5 of 2. More of it.` },
    ...(size === undefined ? {} : { bytes: mib(size) }),
  })),
  owners: [],
  durationMs: 1,
});

test('what a trim gave back explains what is retained, and before it nothing does', () => {
  const cell = cellOf({ phases: phasesOf({ settled: 300, trimmed: 259 }), look: lookOf(['retained-pages', 90]) });
  expect(culpritOf(cell, 'retained', mib(100))).toBe('Malloc kept it free: a trim gave back 41 MiB.');
  expect(culpritOf(cell, 'retained', mib(200))).toBe('It is retained-pages 1.5 of 2. More of it.');
  expect(culpritOf(cell, 'retained', mib(400))).toBeUndefined();
});

test('the finding with most bytes of those that can explain the quantity, and a quarter of it at least', () => {
  const look = lookOf(
    ['near-limit', 999],
    ['java-heap-dominates', 500],
    ['retained-pages', 200],
    ['live-malloc', 170],
    ['metaspace'],
  );
  const cell = cellOf({ phases: phasesOf({ settled: 700 }), look });
  const codeOf = (quantity: string, size: number) => / is (\S+) /.exec(culpritOf(cell, quantity, mib(size)) ?? '')?.[1];
  expect(codeOf('settled', 700)).toBe('java-heap-dominates');
  expect(codeOf('native', 700)).toBe('retained-pages');
  expect(codeOf('live', 680)).toBe('live-malloc');
  expect(codeOf('live', 681)).toBeUndefined();
  expect(codeOf('load-time', 1)).toBeUndefined();
  expect(codeOf('constructor', 1)).toBeUndefined();
});

test('where no finding explains what is live, its largest owner does', () => {
  const owners: CellLook['owners'] = [
    { kind: 'nobody', name: '', blocks: 9, bytes: mib(90) },
    { kind: 'java', name: 'app.Page', blocks: 7, bytes: mib(31) },
  ];
  const cell = cellOf({ look: { ...lookOf(), owners } });
  expect(culpritOf(cell, 'live-growth', mib(124))).toBe('Its largest owner is app.Page, 31 MiB.');
  expect(culpritOf(cell, 'live-growth', mib(125))).toBeUndefined();
  expect(culpritOf(cell, 'settled', mib(124))).toBeUndefined();
});

test('where no finding explains RSS, its largest part does', () => {
  const phases = phasesOf({ settled: 300 });
  const { settled } = phases;
  if (!settled) throw new Error('no phase');
  const parts = { 'java heap': mib(113), 'glibc arenas': mib(97), libraries: mib(90) };
  const cell = cellOf({ phases: { settled: { ...settled, partsRssBytes: parts } } });
  expect(culpritOf(cell, 'settled', mib(300))).toBe('Its largest part is java heap, 113 MiB.');
  expect(culpritOf(cell, 'native', mib(300))).toBe('Its largest part is glibc arenas, 97 MiB.');
  expect(culpritOf(cell, 'native', mib(389))).toBeUndefined();
});

test('a broken bound says its culprit', () => {
  const bound = { quantity: 'retained', isMetric: false, kind: 'max', unit: 'bytes', limit: mib(64) } as const;
  const verdict = { bound, measured: mib(75), state: 'broken', culprit: 'Malloc kept it free.' } as const;
  expect(describeVerdict(verdict)).toBe('retained 75 MiB breaks --max-retained=64 MiB. Malloc kept it free.');
});

test('what ran when the program failed is in an annotation and in JUnit’s XML, too', () => {
  const report = { schemaVersion: 1, configuration: 'glibc', command: ['app'], state: 'timeout', verdicts: [] } as const;
  const full = {
    ...report,
    command: ['app'],
    verdicts: [],
    reason: 'Not done within 3.0 s.',
    lastSeen: 'It ran then: 7 app (sleeping).',
  };
  const sentence = 'timeout. Not done within 3.0 s. It ran then: 7 app (sleeping).';
  expect(renderAnnotations(full)).toBe(`::error title=offheap guard::${sentence}\n`);
  expect(renderJunit(full)).toContain(`<error message="${sentence}"/>`);
  expect(renderGuard(full)).toBe('app on glibc: timeout. Not done within 3.0 s.\nIt ran then: 7 app (sleeping).\n');
});

test('a line for each finding that is the most important one, with the configurations that have it', () => {
  const cells = [
    cellOf({ look: lookOf(['live-malloc', 3], ['metaspace', 2]) }),
    cellOf({ configuration: 'jemalloc', look: lookOf(['metaspace', 2]) }),
    cellOf({ configuration: 'mimalloc', look: lookOf(['live-malloc', 3]) }),
    cellOf({ configuration: 'tcmalloc', look: lookOf() }),
    cellOf({ configuration: 'glibc', repeat: 2 }),
  ];
  expect(lookLines(resultOf(cells))).toEqual([
    'glibc, mimalloc: problem live-malloc. It is live-malloc 1.5 of 2. (of glibc)',
    'jemalloc: problem metaspace. It is metaspace 1.5 of 2.',
  ]);
  expect(lookLines(resultOf([cellOf({})]))).toEqual([]);
});

test('a first sentence ends at no number and no name', () => {
  expect(firstSentence('It holds 1.5 MiB by a.b.C. The rest is free.')).toBe('It holds 1.5 MiB by a.b.C.');
  expect(firstSentence('One alone.')).toBe('One alone.');
  expect(firstSentence('no full stop')).toBe('no full stop');
});
