import { expect, test } from 'vitest';
import { whyHopeless } from '../../../src/experiment/hopeless.ts';
import type { Cell } from '../../../src/model/result.ts';
import { cellOf, phasesOf } from '../../fixtures/cells.ts';

const failed = (changes: Partial<Cell>) => whyHopeless(cellOf({ state: 'failed', reason: 'It never got ready.', ...changes }));

test('a program that never gets to the end of its burst cannot work under another configuration either', () => {
  expect(failed({})).toBe('The first cell, of glibc, did not work, so no other was run. It never got ready.');
  expect(failed({ state: 'timeout', end: { signal: 'SIGKILL' } })).toContain('It never got ready.');
  expect(failed({ phases: phasesOf({ baseline: 100 }), end: { exitCode: 1 } })).toContain('did not work');
});

test('one that was killed may, as may one that only failed to settle; and what could not be tried says nothing', () => {
  expect(failed({ end: { signal: 'SIGKILL' } })).toBeUndefined();
  expect(failed({ end: { signal: 'SIGSEGV' } })).toBeUndefined();
  expect(failed({ phases: phasesOf({ baseline: 100, loaded: 200 }) })).toBeUndefined();
  expect(failed({ state: 'skipped' })).toBeUndefined();
  expect(failed({ state: 'ok' })).toBeUndefined();
});
