import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
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

/** Until then what was found is believed. */
const believedMs = 60_000;

test('a program that becomes another one by exec is noticed, when what was found of it is no longer believed', async () => {
  let elapsedMs = 0;
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + elapsedMs);
  onTestFinished(() => clock.mockRestore());
  const child = spawn('bash', ['-c', 'echo ready; read; exec -a "$(echo "$1" | tr a-z b-za)" sleep 60', 'bash', word], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const rotated = word.replaceAll(/[a-z]/g, (letter) => (letter === 'z' ? 'a' : String.fromCharCode(letter.charCodeAt(0) + 1)));
  const roster = new Roster({ selection: parseSelection(`^${rotated} 60`), maxProcesses: 10 });
  await roster.refresh();
  expect(roster.subjects).toEqual([]);
  child.stdin.write('\n');
  await expect.poll(() => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'), { interval: 5 }).toContain(rotated);
  await roster.refresh();
  expect(roster.subjects).toEqual([]);
  elapsedMs = believedMs;
  // A part of the processes comes in turn at each.
  await expect
    .poll(async () => {
      await roster.refresh();
      return roster.subjects.map(({ pid, argv }) => ({ pid, argv }));
    })
    .toEqual([{ pid: child.pid, argv: [rotated, '60'] }]);
});

test('a process that has ended is forgotten at the next refresh', async () => {
  const roster = new Roster({ selection: parseSelection(word), maxProcesses: 10 });
  const child = await start();
  await roster.refresh();
  expect(roster.subjects.map(({ pid }) => pid)).toEqual([child.pid]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await roster.refresh();
  expect(roster.subjects).toEqual([]);
});
