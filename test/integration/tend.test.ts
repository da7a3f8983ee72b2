import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import { startTender, type Tender, type TenderOptions } from '../../src/exporter/tend/start.ts';
import type { TendEvent } from '../../src/model/tend.ts';
import { startOffheap } from '../cli/offheap.ts';
import { libraryToPreload } from '../fixtures/preload.ts';
import { type BurstOptions, compileBurst, startBurst } from './burst-jvm.ts';
import { find, type Sample, scrapeUntil, sum } from './scrape.ts';

const mib = 1024 ** 2;
const folder = mkdtempSync(join(tmpdir(), 'offheap-tend-'));
const selection = parseSelection(`-cp ${folder} `);
const rules = { aboveBytes: 64 * mib, keptForMs: 400, idleBelowShare: 0.5, everyMs: 200, maxPauseMs: 60_000 };
const gently = { ...rules, loadsAgent: false, isDryRun: false };

beforeAll(() => compileBurst(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 4,000 Inflaters of which all but every fiftieth were freed: 140 to 160 MiB. */
async function startKeeping(options: BurstOptions = {}) {
  const jvm = await startBurst(folder, { threads: 4, count: 1000, ...options });
  onTestFinished(() => jvm.end());
  await jvm.tell('a');
  await jvm.tell('f');
  return jvm;
}

/** Tends the JVMs of this test with a whole core, until the first event. */
async function firstEvent(options: Partial<TenderOptions> = {}): Promise<TendEvent> {
  let tender: Tender | undefined;
  try {
    return await new Promise((resolve) => {
      tender = startTender({ ...gently, selection, cpuShare: 1, ...options }, resolve);
    });
  } finally {
    await tender?.close();
  }
}

const rssBytes = (pid: number) => Number(/^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1024;

test('an idle JVM gives back what was predicted', async () => {
  const { pid } = await startKeeping();
  const before = rssBytes(pid);
  const event = await firstEvent();
  expect(event).toMatchObject({ pid, name: 'Burst', allocator: 'glibc', result: 'returned', by: 'jvm' });
  const { predictedBytes = 0, returnedBytes = 0 } = event;
  expect(returnedBytes).toBeGreaterThan(100 * mib);
  expect(Math.abs(predictedBytes - returnedBytes)).toBeLessThan(0.02 * before);
  expect(before - rssBytes(pid)).toBeGreaterThan(0.98 * returnedBytes);
});

test('in a dry run it is told nothing', async () => {
  const { pid } = await startKeeping();
  const before = rssBytes(pid);
  const event = await firstEvent({ isDryRun: true });
  expect(event).toMatchObject({ pid, result: 'would', by: 'jvm' });
  expect(event.predictedBytes).toBeGreaterThan(100 * mib);
  expect(event).not.toHaveProperty('returnedBytes');
  expect(rssBytes(pid)).toBeGreaterThan(before - 8 * mib);
});

test('a variable keeps it away', async () => {
  const { pid } = await startKeeping({ env: { OFFHEAP_TEND: 'off' } });
  const event = await firstEvent();
  expect(event).toMatchObject({ pid, result: 'refused', reason: 'OFFHEAP_TEND=off in its environment keeps it away' });
});

test('jemalloc is left alone without an agent, and gives back by it', async () => {
  const { pid } = await startKeeping({ env: { LD_PRELOAD: await libraryToPreload('jemalloc') } });
  const refused = await firstEvent();
  expect(refused).toMatchObject({ pid, result: 'refused', reason: 'only an agent can tell its allocator: see --load-agent' });
  expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toContain('liballocator-agent.so');
  const event = await firstEvent({ loadsAgent: true });
  expect(event).toMatchObject({ pid, allocator: 'jemalloc', result: 'returned', by: 'agent' });
  expect(event.returnedBytes).toBeGreaterThan(100 * mib);
});

const tendedOf = (samples: readonly Sample[], state: string) => sum(find(samples, 'offheap_tend_kept_bytes', { state }));
const trimsOf = (samples: readonly Sample[], result: string) => sum(find(samples, 'offheap_trims_total', { result }));

async function exportTending(options: Partial<TenderOptions> = {}): Promise<string> {
  const exporter = await startExporter({
    ...{ host: '127.0.0.1', port: 0, allowedHosts: [], selection, maxProcesses: 100, topThreads: 10 },
    ...{ intervalMs: 500, discoverMs: 100, attachIntervalMs: 600_000, cpuShare: 1, scrapeBudgetMs: 5000 },
    tend: { ...gently, ...options, hear: () => {} },
  });
  onTestFinished(() => exporter.close());
  return exporter.url;
}

test('the exporter tells what came back, and which process waits for what', async () => {
  const busy = await startKeeping();
  await busy.tell('b');
  // On a busy machine it has a small part of a core, in half a second.
  const url = await exportTending({ idleBelowShare: 0.03 });
  const atWork = await scrapeUntil(url, (samples) => tendedOf(samples, 'busy') > 0);
  expect(tendedOf(atWork, 'busy')).toBeGreaterThan(100 * mib);
  expect(trimsOf(atWork, 'returned')).toBe(0);
  await startKeeping();
  const samples = await scrapeUntil(url, (all) => trimsOf(all, 'returned') > 0);
  expect(trimsOf(samples, 'returned')).toBe(1);
  const returned = sum(find(samples, 'offheap_trim_returned_bytes_total'));
  expect(returned).toBeGreaterThan(100 * mib);
  expect(Math.abs(sum(find(samples, 'offheap_trim_predicted_bytes_total')) - returned)).toBeLessThan(8 * mib);
  expect(sum(find(samples, 'offheap_trim_seconds_count'))).toBe(1);
  expect(rssBytes(busy.pid)).toBeGreaterThan(100 * mib);
});

test('a trim that would take too long is not begun, and that is told', async () => {
  await startKeeping();
  const url = await exportTending({ maxPauseMs: 1 });
  const samples = await scrapeUntil(url, (all) => tendedOf(all, 'long') > 0);
  expect(tendedOf(samples, 'long')).toBeGreaterThan(100 * mib);
  expect(trimsOf(samples, 'returned')).toBe(0);
});

test('offheap tend prints a line for each act, and the sum when it is ended', async () => {
  const { pid } = await startKeeping();
  const rulesGiven = ['--above=64MB', '--for=1s', '--every=1s', '--idle-below=50%', '--cpu=100'];
  const { child, finished } = startOffheap(['tend', `--select=-cp ${folder} `, ...rulesGiven, '--format=json']);
  const [chunk] = await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const { status, stderr } = await finished;
  expect(JSON.parse(String(chunk))).toMatchObject({ schemaVersion: 1, pid, result: 'returned', by: 'jvm' });
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^offheap tend: looks every 1 s; has a process give back above 64 MiB kept for 1 s, below 50 % of a core\.$/m,
  );
  expect(stderr).toMatch(/^offheap tend: 1 trims gave back 1\d\d MiB in \d+ s, with \d+\.\d % of a core\.$/m);
});
