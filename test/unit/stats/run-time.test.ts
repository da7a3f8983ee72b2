import { expect, test } from 'vitest';
import type { CommandScenario } from '../../../src/model/result.ts';
import type { RunPlan } from '../../../src/model/run-plan.ts';
import { estimateRound } from '../../../src/stats/run-time.ts';
import { scenario as repro } from '../../fixtures/cells.ts';

const command: CommandScenario = {
  ...{ name: 'command', command: ['./server'], ready: 'tcp:8080', steadyMs: 7000, durationMs: 30_000 },
  ...{ gc: false, settleMs: 5000, step: false, graceMs: 11_000 },
};
const settings = { env: {}, jvmFlags: [] };
const plan = (changes: Partial<RunPlan>): RunPlan => ({
  scenario: command,
  configurations: [
    { key: 'glibc', settings, library: '/lib/libc.so.6' },
    { key: 'jemalloc', settings, skipped: 'it is not installed' },
    { key: 'mimalloc', settings, library: '/lib/libmimalloc.so' },
  ],
  ...{ rounds: 3, isAtMost: false, timeoutMs: 60_000, ...changes },
});

test('a round: what offheap itself waits, and the time-outs, of what can run here', () => {
  expect(estimateRound(plan({}))).toEqual({ cells: 2, leastMs: 2 * 36_000, mostMs: 2 * 71_000 });
  const { ready: _, steadyMs: __, ...unready } = command;
  expect(estimateRound(plan({ scenario: unready })).leastMs).toBe(2 * 35_000);
  expect(estimateRound(plan({ scenario: repro }))).toEqual({ cells: 2, leastMs: 10_000, mostMs: 120_000 });
});

test('what cells took before is what they take now', () => {
  const known = { file: 'raw.json', cellMs: [41_000, 97_000, 43_000] };
  expect(estimateRound(plan({ known }))).toMatchObject({ cells: 2, likelyMs: 86_000 });
  expect(estimateRound(plan({ known: { ...known, cellMs: [] } }))).not.toHaveProperty('likelyMs');
});
