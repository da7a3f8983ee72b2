import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Roster } from '../../../src/exporter/roster.ts';
import { parseSelection } from '../../../src/exporter/select.ts';

const word = `roster-test-${process.pid}`;

async function start(): Promise<ChildProcess> {
  const child = spawn('sleep', ['60'], { argv0: word, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  // The event comes while the kernel still lays out the program: it sleeps when that is done.
  await expect.poll(() => readFileSync(`/proc/${child.pid}/stat`, 'utf8'), { interval: 5 }).toMatch(/\) S /);
  return child;
}

test('a process that was just found waits behind those that were found before it', async () => {
  const roster = new Roster({ selection: parseSelection(word), maxProcesses: 10 });
  const first = await start();
  await roster.refresh();
  const before = performance.now();
  const second = await start();
  await roster.refresh();
  const dueAt = new Map(roster.subjects.map(({ pid, turn }) => [pid, turn.dueAt]));
  expect([...dueAt.keys()].sort()).toEqual([first.pid, second.pid].sort());
  expect(dueAt.get(first.pid ?? 0)).toBeLessThan(before);
  expect(dueAt.get(second.pid ?? 0)).toBeGreaterThanOrEqual(before);
});
