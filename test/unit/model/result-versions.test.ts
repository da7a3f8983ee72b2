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
  expect(result.schemaVersion).toBe(2);
  expect(result.cells.map(({ phases }) => Object.keys(phases))).toEqual([
    ['baseline', 'loaded', 'collected', 'settled', 'trimmed'],
    ['baseline', 'loaded', 'collected', 'settled'],
  ]);
  const former = JSON.stringify(result).replace('"schemaVersion":2', '"schemaVersion":1').replaceAll('"loaded":', '"scanned":');
  expect(JSON.parse(former)).toEqual(written);
});

test('a file of the current version is left as it is, and no later one is read', () => {
  const current = resultFile.parse(written);
  expect(resultFile.parse(current)).toEqual(current);
  expect(resultFile.safeParse({ ...current, schemaVersion: 3 }).success).toBe(false);
  // Its own version decides: the former name means nothing in a later file.
  expect(resultFile.safeParse({ ...written, schemaVersion: 2 }).success).toBe(false);
});

test.each([
  ['no cells', { schemaVersion: 1 }],
  ['cells that are none', { schemaVersion: 1, cells: [1, null, [], { phases: 'none' }] }],
  ['a list', [{ schemaVersion: 1 }]],
])('%s: nothing is made of it', (_, json) => {
  expect(resultFile.safeParse(json).success).toBe(false);
  expect(JSON.stringify(toCurrentVersion(json)).replace('"schemaVersion":2', '"schemaVersion":1')).toBe(JSON.stringify(json));
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
