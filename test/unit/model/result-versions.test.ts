import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readResult, requireResumable } from '../../../src/experiment/resume.ts';
import { resultFile } from '../../../src/model/result.ts';
import { toCurrentVersion } from '../../../src/model/result-versions.ts';
import { reporters } from '../../../src/reporters/reporter.ts';
import { judgeBound } from '../../../src/stats/quantities.ts';

/** Two cells of a JVM that announced its phases, as version 1 of the schema has them. */
const path = join(import.meta.dirname, '../../fixtures/results/version-1.json');
const written = JSON.parse(readFileSync(path, 'utf8'));

test('a file of version 1 is one of the current version: `scanned` is `loaded`, all else is as it was', () => {
  const result = resultFile.parse(written);
  expect(result.schemaVersion).toBe(3);
  expect(result.cells.map(({ phases }) => Object.keys(phases))).toEqual([
    ['baseline', 'loaded', 'collected', 'settled', 'trimmed'],
    ['baseline', 'loaded', 'collected', 'settled'],
  ]);
  const former = JSON.stringify(result).replace('"schemaVersion":3', '"schemaVersion":1').replaceAll('"loaded":', '"scanned":');
  // Comparisons are not read: those of the current version are made of the cells.
  const summary = written.summary.map(({ comparison: _, ...kept }: { comparison?: unknown }) => kept);
  expect(JSON.parse(former)).toEqual({ ...written, summary });
});

test('a file of version 2 is one of the current version, and whoever reads it compares its cells anew', async () => {
  const secondPath = join(import.meta.dirname, '../../fixtures/results/version-2.json');
  const second = JSON.parse(readFileSync(secondPath, 'utf8'));
  const { comparison: former } = second.summary[1];
  expect(former).toMatchObject({ verdict: 'larger', settledDifferenceBytes: { samples: 6 } });
  const parsed = resultFile.parse(second);
  expect(parsed.summary.map((summary) => Object.keys(summary).includes('comparison'))).toEqual([false, false]);
  expect(parsed.cells).toEqual(second.cells);

  const { summary, decision } = await readResult(secondPath);
  expect(summary[1]?.comparison).toMatchObject({ reference: 'glibc', settledRatio: { rounds: 6 } });
  // Of the same pairs: their mean is where their median was.
  const { low, high } = former.settledDifferenceBytes;
  expect(summary[1]?.comparison?.settledDifferenceBytes.mean).toBeGreaterThan(low);
  expect(summary[1]?.comparison?.settledDifferenceBytes.mean).toBeLessThan(high);
  expect(decision).toMatchObject({ state: 'none', reason: 'There is no other configuration to compare it with.' });
});

test('a file of the current version is left as it is, and no later one is read', () => {
  const current = resultFile.parse(written);
  expect(resultFile.parse(current)).toEqual(current);
  expect(resultFile.safeParse({ ...current, schemaVersion: 4 }).success).toBe(false);
  // Its own version decides: the former name means nothing in a later file.
  expect(resultFile.safeParse({ ...written, schemaVersion: 2 }).success).toBe(false);
  expect(resultFile.safeParse({ ...written, schemaVersion: 3 }).success).toBe(false);
});

test.each([
  ['no cells', { schemaVersion: 1 }],
  ['cells that are none', { schemaVersion: 1, cells: [1, null, [], { phases: 'none' }] }],
  ['a list', [{ schemaVersion: 1 }]],
])('%s: nothing is made of it', (_, json) => {
  expect(resultFile.safeParse(json).success).toBe(false);
  expect(JSON.stringify(toCurrentVersion(json)).replace('"schemaVersion":3', '"schemaVersion":1')).toBe(JSON.stringify(json));
});

test('it is resumed, shown and judged like any other', async () => {
  const result = await readResult(path);
  const { plan, host } = written;
  expect(() => requireResumable(result, { plan, seed: 7, host })).not.toThrow();
  expect(reporters.markdown(result)).toContain('| configuration | baseline | loaded | collected | settled | trimmed |');
  expect(reporters.csv(result).split('\n')[0]).toContain('baselineRssBytes,loadedRssBytes,collectedRssBytes');
  const [cell] = result.cells;
  if (!cell) throw new Error('the fixture has cells');
  const { baseline, scanned } = written.cells[0].phases;
  expect(judgeBound(cell, { quantity: 'burst', isMetric: false, kind: 'max', limit: 0, unit: 'bytes' }).measured).toBe(
    scanned.rssBytes - baseline.rssBytes,
  );
});
