import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { countersCommand } from '../../src/commands/counters.ts';
import { addCommand } from '../../src/commands/help/definition.ts';
import { allocatorsBehindMeter, compile, library, metered, pagePrime, prime, runPreloaded, temporaryFolder } from './preloaded.ts';

afterEach(() => vi.restoreAllMocks());

/** What the command writes to stdout, write by write. */
async function runCounters(...args: string[]): Promise<string[]> {
  const program = new Command().exitOverride();
  addCommand(program, countersCommand);
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program.parseAsync(['counters', ...args], { from: 'user' });
  return written;
}

/** Leaves the page of a program that has ended. */
function leavePage(program: string, env: NodeJS.ProcessEnv = {}): string {
  const folder = temporaryFolder();
  const { status } = runPreloaded('sh', ['-c', 'cd / && exec "$0"', compile(program)], { OFFHEAP_COUNTERS_DIR: folder, ...env });
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
    info: { writer: 'mmapalloc', version: 5 },
    counters: { liveRequestedBytes: prime + pagePrime * 3 + 5 + 7 + 8 + 9, settled: true },
    threads: [{ name: 'known_work' }],
  });
});

test('a file of a dead process, as a table', async () => {
  const text = (await runCounters(leavePage('known_work'))).join('');
  expect(text).toMatch(/^Process \d+, counted by mmapalloc since .*, ended: these are its last counters\.$/m);
  expect(text).toContain('│ live blocks           │       7 │');
});

const tcmalloc = allocatorsBehindMeter.find(({ name }) => name === 'tcmalloc');

test('live bytes below nothing are not shown, and the reason is', async ({ skip }) => {
  skip(tcmalloc?.missing !== undefined, tcmalloc?.missing);
  const page = leavePage('past_meter', metered(tcmalloc?.behind));
  const reason = /^Live figures are not shown: the page says -1,9\d\d MiB live, less than nothing\. /;
  const { counters, liveWithdrawn, threads } = JSON.parse((await runCounters(page, '--format=json')).join(''));
  expect(liveWithdrawn).toMatch(reason);
  expect(threads).toBeUndefined();
  expect(Object.keys(counters).filter((name) => /live/i.test(name))).toEqual([]);
  expect(counters.calls.free).toBeGreaterThanOrEqual(1000);
  const table = (await runCounters(page)).join('');
  expect(table).toMatch(new RegExp(reason.source, 'm'));
  expect(table).not.toContain('live, usable');
});

test('the meter’s file of a dead process, as JSON: usable bytes, and nothing that the meter does not know', async () => {
  const [text = '', ...more] = await runCounters(leavePage('wait_named', metered()), '--format=json');
  expect(more).toEqual([]);
  const { info, alive, counters, threads } = JSON.parse(text);
  expect({ alive, writer: info.writer }).toEqual({ alive: false, writer: 'meter' });
  expect(counters.calls.malloc - counters.failures.malloc).toBeGreaterThanOrEqual(3);
  expect(counters.sizeHistogram.live[21]).toBe(3);
  // Blocks of their own mappings, of whole pages.
  expect(counters.liveUsableBytes).toBeGreaterThan(3 * prime);
  expect(counters.peakLiveUsableBytes).toBeGreaterThanOrEqual(counters.liveUsableBytes);
  expect(Object.keys(counters).filter((key) => /mapped|liveRequested|roundingWaste|mapFailures/i.test(key))).toEqual([]);
  // glibc's chunk for 4,093 bytes has 4,104 usable ones.
  const late = { name: 'late-name', calls: 2, liveAllocations: 2, liveUsableBytes: 2 * 4104, totalRequestedBytes: 2 * pagePrime };
  expect(threads.filter(({ name }: { name: string }) => name === 'late-name')).toMatchObject([late]);
});

test('the meter’s file of a dead process, as a table', async () => {
  const text = (await runCounters(leavePage('wait_named', metered()))).join('');
  expect(text).toMatch(/^Process \d+, counted by meter since .*, ended: these are its last counters\.$/m);
  expect(text).toMatch(/│ late-name +│ +\d+ │ +2 │ +0\.0 MiB │ +2 │/);
  expect(text).toMatch(/│ 1 MiB to < 2 MiB +│ +3 │ +3 │/);
  expect(text).not.toMatch(/mapped|rounding/);
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
  [['1073741824'], 'USAGE'],
  [['/nonexistent'], 'COUNTERS_NOT_FOUND'],
  [[String(process.pid), '--interval-ms=0'], 'USAGE'],
  [[String(process.pid)], 'COUNTERS_NOT_FOUND'],
  [['0'], 'USAGE'],
  [['4194304'], 'NO_SUCH_PROCESS'],
])('%s: %s', async (args, code) => {
  await expect(runCounters(...args)).rejects.toMatchObject({ code });
});
