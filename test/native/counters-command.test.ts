import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { registerCounters } from '../../src/commands/counters.ts';
import { compile, library, pagePrime, prime, runPreloaded, temporaryFolder } from './preloaded.ts';

afterEach(() => vi.restoreAllMocks());

/** What the command writes to stdout, write by write. */
async function runCounters(...args: string[]): Promise<string[]> {
  const program = new Command().exitOverride();
  registerCounters(program);
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program.parseAsync(['counters', ...args], { from: 'user' });
  return written;
}

/** Leaves the page of a program that has ended. */
function leavePage(program: string): string {
  const folder = temporaryFolder();
  const { status } = runPreloaded('sh', ['-c', 'cd / && exec "$0"', compile(program)], { OFFHEAP_COUNTERS_DIR: folder });
  expect(status).toBe(0);
  const shellPid = /(\d+)-1\.counters/.exec(runPreloaded('ls', [folder], { LD_PRELOAD: undefined }).stdout)?.[1];
  return join(folder, `${shellPid}-1.counters`);
}

test('a file of a dead process, as JSON', async () => {
  const [text = '', ...more] = await runCounters(leavePage('known_work'), '--format=json');
  expect(more).toEqual([]);
  expect(JSON.parse(text)).toMatchObject({
    schemaVersion: 1,
    alive: false,
    info: { writer: 'mmapalloc', version: 3 },
    counters: { liveRequestedBytes: prime + pagePrime * 3 + 5 + 7 + 8 + 9, settled: true },
    threads: [{ name: 'known_work' }],
  });
});

test('a file of a dead process, as a table', async () => {
  const text = (await runCounters(leavePage('known_work'))).join('');
  expect(text).toMatch(/^Process \d+, counted by mmapalloc since .*, ended: these are its last counters\.$/m);
  expect(text).toContain('│ live blocks           │       7 │');
});

test('--watch prints until the process ends, and its last state last', async () => {
  const child = spawn(compile('wait_named'), { env: { ...process.env, LD_PRELOAD: library }, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const finished = runCounters(String(child.pid), '--watch', '--interval-ms=10', '--format=json');
  setTimeout(() => child.stdin.end(), 100);
  const readings = (await finished).map((line) => JSON.parse(line) as { alive: boolean; info: { pid: number } });
  expect(readings.length).toBeGreaterThan(1);
  expect(readings.map(({ alive }) => alive)).toEqual([...readings.slice(1).map(() => true), false]);
  expect(new Set(readings.map(({ info }) => info.pid))).toEqual(new Set([child.pid]));
});

test.each([
  [['1073741824'], 'NO_SUCH_PROCESS'],
  [['/nonexistent'], 'COUNTERS_NOT_FOUND'],
  [[String(process.pid), '--interval-ms=0'], 'USAGE'],
  [[String(process.pid)], 'COUNTERS_NOT_FOUND'],
  [['0'], 'USAGE'],
])('%s: %s', async (args, code) => {
  await expect(runCounters(...args)).rejects.toMatchObject({ code });
});
