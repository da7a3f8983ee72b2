import { describe, expect, test } from 'vitest';
import type { ExploreResult } from '../../../src/model/explore.ts';
import { renderExploration } from '../../../src/reporters/explore.ts';
import { resultOf } from '../../fixtures/cells.ts';
import { mib } from '../../fixtures/evidence.ts';
import { plainText } from '../../fixtures/terminal.ts';

const standing = (configuration: string, settledMiB: number, runs: number, burstMs: number, dropped?: string) => ({
  ...{ configuration, runs, settledBytes: mib(settledMiB), burstMs },
  ...(dropped === undefined ? {} : { dropped }),
});
const result: ExploreResult = {
  ...{ schemaVersion: 1, kind: 'explore', tool: { name: 'offheap', version: '0.0.0' }, startedAt: '2026-01-02T03:04:05.000Z' },
  ...{ complete: true, seed: 7, budgetMs: 1_200_000, tookMs: 1_110_000, reference: 'glibc' },
  host: resultOf([]).host,
  scenario: { name: 'command', command: ['true'], gc: false, settleMs: 0, step: false, graceMs: 0 },
  rungs: [
    {
      repeats: 1,
      standings: [
        standing('a', 41, 1, 1300),
        standing('b', 43, 1, 1000, 'others settled at less'),
        standing('glibc', 61, 1, 1000),
        { configuration: 'c', runs: 0, dropped: 'failed: it crashed' },
      ],
    },
    { repeats: 2, standings: [standing('a', 47, 3, 1310), standing('glibc', 61, 3, 1000)] },
  ],
  finalists: ['a'],
  allocators: 'glibc,a',
  untried: ['d', 'e'],
};
const textOf = (changes: Partial<ExploreResult> = {}) =>
  renderExploration({ ...result, ...changes }, 'offheap compare …', plainText).replaceAll(/\s+/g, ' ');

describe('what was searched', () => {
  test('those that came farthest first, with all their runs; then the others, with why', () => {
    const rows = textOf().match(/│ (?:a|b|c|glibc) │[^│]*│[^│]*│[^│]*│[^│]*│[^│]*│/g);
    expect(rows).toEqual([
      '│ a │ 2 │ 3 │ 47 │ 1.31× │ – compare │',
      '│ glibc │ 2 │ 3 │ 61 │ 1.00× │ reference │',
      '│ b │ 1 │ 1 │ 43 │ 1.00× │ others settled at less │',
      '│ c │ 1 │ 0 │ – │ – │ failed: it crashed │',
    ]);
  });

  test('how long it took, what was not tried, and that a comparison decides', () => {
    const text = textOf();
    expect(text).toContain('MiB. 4 settings in 2 rungs, in 18.5 minutes of 20.0 minutes.');
    expect(text).toContain(
      'Not tried: 2 of its space, for want of time: d; e. Outside of the space: other values, flags of the JVM',
    );
    expect(text).toMatch(/candidates and no recommendation: .* A comparison of their own decides: offheap compare … $/);
  });

  test('without finalists there is no command', () => {
    expect(textOf({ finalists: [] })).toMatch(/No candidates: none of them ran as well as the reference\. $/);
    expect(textOf({ finalists: [], complete: false })).toMatch(/\(interrupted\).*No candidates: it was interrupted\. $/);
  });

  test('of many that were not tried it names twelve', () => {
    const untried = Array.from({ length: 31 }, (_, at) => `u${at}`);
    expect(textOf({ untried })).toContain('u11; and 19 more, which --format=json has.');
  });
});
