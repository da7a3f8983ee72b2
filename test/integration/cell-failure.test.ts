import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompareOptions, compare } from '../../src/api/compare.ts';
import { guard } from '../../src/api/guard.ts';
import { longestLine, mostLines } from '../../src/model/cell-failure.ts';
import type { Cell } from '../../src/model/result.ts';
import { stateLines } from '../../src/reporters/result-table.ts';
import { describeFailure } from '../../src/stats/failure-account.ts';
import { leftBehind, ownSeconds } from './compare-programs.ts';
import { copyPrograms } from './java-programs.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-cell-failure-'));
  copyPrograms(folder, 'Hangs');
});
afterAll(() => rm(folder, { recursive: true }));

async function failed(command: string[], options: Partial<CompareOptions>): Promise<Cell> {
  const result = await compare({ command, configurations: ['glibc'], steadyMs: 0, ...options });
  const [cell] = result.cells;
  if (!cell || cell.state === 'ok') throw new Error('it did not fail');
  return cell;
}

test('a program that is never ready: who ran, in which state, and its last lines on both streams', async () => {
  const seconds = ownSeconds(611);
  const script = `echo booting; echo careful >&2; sleep ${seconds}; exit 1`;
  const cell = await failed(['sh', '-c', script], { ready: 'never said', timeoutMs: 1000 });
  expect(cell.state).toBe('timeout');
  const [shell, sleep, ...others] = cell.failure?.processes ?? [];
  expect(shell).toEqual({ pid: shell?.pid, parentPid: process.pid, command: ['sh', '-c', script], state: 'sleeping' });
  expect(sleep).toEqual({ pid: sleep?.pid, parentPid: shell?.pid, command: ['sleep', seconds], state: 'sleeping' });
  expect(others).toEqual([]);
  expect(cell.failure).toMatchObject({ stdout: ['booting'], stderr: ['careful'], look: { verdict: expect.any(String) } });
  expect(cell.failure).not.toHaveProperty('threadDump');
  expect(describeFailure(cell)).toMatch(
    new RegExp(
      `^It ran then: ${shell?.pid} sh -c echo booting; .*exit 1 \\(sleeping\\), ${sleep?.pid} sleep ${seconds} \\(sleeping\\)\\.$`,
    ),
  );
  expect(await leftBehind(`sleep ${seconds}`)).toBe(0);
});

test('a JVM that hangs leaves its stacks, and what the doctor saw; a line below the table says so', async () => {
  const command = ['java', '-Xmx64m', '-cp', folder, 'Hangs'];
  const { outcome, report, result } = await guard({
    ...{ command, ready: 'never said', timeoutMs: 4000 },
    bounds: [{ quantity: 'settled', max: 1 }],
  });
  const [cell] = result.cells;
  expect(outcome).toBe('unknown');
  expect(cell?.failure?.stdout).toEqual(['hangs']);
  expect(cell?.failure?.threadDump).toMatch(/^"main"[\s\S]*?waiting to lock[\s\S]*?\n"/m);
  expect(cell?.failure?.threadDump).toMatch(/^"holder"/m);
  expect(cell?.failure?.look?.durationMs).toBeGreaterThan(0);
  expect(cell?.notes).toEqual([]);
  expect(report.lastSeen).toMatch(/ java -Xmx64m .*Hangs \(sleeping\)\. Its stacks are in the raw result\.$/);
  expect(stateLines(result)[1]).toBe(`glibc: ${report.lastSeen}`);
});

test('one that is stopped answers nothing, and a note says so; the doctor reads what can be read', async () => {
  const cell = await failed(['java', '-Xmx64m', '-cp', folder, 'Hangs', 'stop'], { ready: 'never said', timeoutMs: 4000 });
  expect(cell.failure?.processes?.map(({ state }) => state)).toEqual(
    ['stopped', expect.any(String)].slice(0, cell.failure?.processes?.length),
  );
  expect(cell.failure).not.toHaveProperty('threadDump');
  expect(cell.notes[0]).toMatch(/^no thread dump: /);
});

test('of a load that hangs its process is there, too, and its words', async () => {
  const seconds = ownSeconds(612);
  const cell = await failed(['sh', '-c', `echo up; sleep ${ownSeconds(613)}; exit 1`], {
    ...{ ready: 'up', timeoutMs: 1500 },
    load: ['sh', '-c', `echo asked; echo no answer >&2; sleep ${seconds}; exit 1`],
  });
  expect(cell.reason).toMatch(/waiting for the load to end/);
  expect(cell.failure?.processes?.map(({ command }) => command[0])).toEqual(['sh', 'sleep', 'sh', 'sleep']);
  expect(cell.failure?.processes?.[3]?.command).toEqual(['sleep', seconds]);
  expect(cell.failure?.load).toEqual(['no answer', 'asked']);
  expect(await leftBehind(`sleep ${seconds}`)).toBe(0);
});

test('where the load fails the program is looked at before it is ended; without the doctor who ran is told all the same', async () => {
  const cell = await failed(['sh', '-c', `echo up; sleep ${ownSeconds(614)}; exit 1`], {
    ...{ ready: 'up', load: ['sh', '-c', 'exit 3'], doctor: false },
  });
  expect(cell.reason).toMatch(/^The load ended with status 3/);
  expect(cell.failure?.processes?.map(({ command }) => command[0])).toEqual(['sh', 'sleep']);
  expect(cell.failure).not.toHaveProperty('look');
});

test('of a program that died there are its last words, within bounds', async () => {
  const script = 'i=0; while [ $i -lt 211 ]; do printf "%s %0997d\\n" line $i; i=$((i + 1)); done; exit 7';
  const { failure } = await failed(['sh', '-c', script], { ready: 'never said' });
  expect(failure).not.toHaveProperty('processes');
  expect(failure?.stdout.length).toBe(mostLines);
  expect(failure?.stdout.map(({ length }) => length)).toEqual(Array.from({ length: mostLines }, () => longestLine));
  expect(failure?.stderr).toEqual([]);
  expect(describeFailure({ failure })).toBeUndefined();
});
