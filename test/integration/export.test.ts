import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ExporterOptions, startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { preloadable } from '../fixtures/preload.ts';
import { has } from '../skip.ts';
import { stopProcess } from '../stop-process.ts';
import { type BurstJvm, type BurstOptions, compileBurst, startBurst } from './burst-jvm.ts';
import { find, scrape, scrapeUntil, sum } from './scrape.ts';

const mib = 1024 ** 2;
let folder: string;
const running: BurstJvm[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-export-'));
  await compileBurst(folder);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((jvm) => jvm.end()));
});
afterAll(() => rm(folder, { recursive: true }));

async function start(options?: BurstOptions): Promise<BurstJvm> {
  const jvm = await startBurst(folder, options);
  running.push(jvm);
  return jvm;
}

/** Of the JVMs of this test: others may run beside it. Looks as often as it can. */
async function exportBursts(options: Partial<ExporterOptions> = {}): Promise<string> {
  const exporter = await startExporter({
    ...{
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      selection: parseSelection(`-cp ${folder} `),
      maxProcesses: 100,
      topThreads: 10,
    },
    ...{ intervalMs: 200, discoverMs: 100, attachIntervalMs: 500, cpuShare: 1, scrapeBudgetMs: 5000 },
    ...options,
  });
  onTestFinished(() => exporter.close());
  return exporter.url;
}

const leastScrapes = 307;
const looked = (pid: number) => ['offheap_process_looked_at_timestamp_seconds', { pid: String(pid) }] as const;

test('tells of a JVM what the inspector, the kernel and the JVM tell', async () => {
  const jvm = await start({ threads: 4, count: 250, flags: ['-XX:NativeMemoryTracking=summary'] });
  const other = await start();
  await jvm.tell('a');
  await jvm.tell('f');
  const url = await exportBursts();
  const pids = [jvm.pid, other.pid];
  const samples = await scrapeUntil(url, (all) => pids.every((pid) => find(all, ...looked(pid)).length === 1));
  const of = (name: string, labels = {}) => find(samples, name, { pid: String(jvm.pid), ...labels });

  expect(of('offheap_process_info').map(({ labels }) => labels)).toEqual([
    { pid: String(jvm.pid), command: 'Burst', container_id: '', pod_uid: '', allocator: 'glibc', jvm: 'true' },
  ]);
  const regions = of('offheap_process_region_resident_bytes');
  const javaHeap = sum(regions.filter(({ labels }) => labels['region'] === 'java heap'));
  expect(sum(of('offheap_process_native_resident_bytes'))).toBe(sum(regions) - javaHeap);
  expect(javaHeap).toBeGreaterThan(0);
  expect(Math.abs(sum(regions) - sum(of('offheap_process_resident_memory_bytes')))).toBeLessThan(2 * mib);

  // It stands still, waiting for a letter: nothing but what a look of the exporter's itself makes the JVM do moves meanwhile.
  const { totals, mmapped, census, arenas } = await inspectHeap(jvm.pid);
  const near = (name: string, bytes: number, labels = {}) =>
    expect(Math.abs(sum(of(name, labels)) - bytes), name).toBeLessThan(mib / 2);
  near('offheap_malloc_live_bytes', totals.liveBytes + mmapped.sizeBytes);
  near('offheap_malloc_free_bytes', totals.freeBytes);
  near('offheap_malloc_reclaimable_bytes', totals.residentFree.pageBytes, { class: 'page' });
  near('offheap_malloc_retained_bytes', totals.residentFree.arenaTopBytes, { class: 'arena_top' });
  expect(sum(of('offheap_malloc_reclaimable_bytes'))).toBeGreaterThan(20 * mib);
  expect(sum(of('offheap_malloc_arenas'))).toBe(arenas.length);
  expect(sum(of('offheap_zlib_states', { kind: 'inflater' }))).toBe(census.inflaters);
  expect(census.inflaters).toBeGreaterThanOrEqual(20);

  const nmt = of('jvm_memory_nmt_committed_bytes');
  expect(sum(nmt.filter(({ labels }) => labels['category'] === 'java.heap'))).toBe(16 * mib);
  expect(nmt.map(({ labels }) => labels['category'])).toContain('total');
  expect(find(samples, 'jvm_memory_nmt_committed_bytes', { pid: String(other.pid) })).toEqual([]);
  expect(sum(find(samples, 'offheap_exporter_errors_total'))).toBe(0);

  // A trim shows at a later look, of the one that was trimmed.
  await runDiagnosticCommand(jvm.pid, 'System.trim_native_heap', { timeoutMs: 120_000 });
  await scrapeUntil(url, (all) => sum(find(all, 'offheap_malloc_reclaimable_bytes', { pid: String(jvm.pid) })) < mib);
});

test('both formats are what Prometheus reads', async ({ skip }) => {
  skip(!has('promtool'), 'prometheus is not installed');
  const jvm = await start();
  const url = await exportBursts();
  await scrapeUntil(url, (all) => find(all, ...looked(jvm.pid)).length === 1);
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const { stdout, stderr } = await execa('promtool', ['check', 'metrics'], { input: await response.text() });
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  const open = await fetch(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' } });
  expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect((await open.text()).split('\n').slice(-2)).toEqual(['# EOF', '']);
  const statusOf = async (path: string, method = 'GET') => (await fetch(new URL(path, url), { method })).status;
  expect([await statusOf('/'), await statusOf('/healthz'), await statusOf('/nothing'), await statusOf('/metrics', 'POST')]).toEqual(
    [200, 200, 404, 405],
  );
});

test('behind libmeter.so: live bytes by thread, which sum to those of the process', async () => {
  const jvm = await start({ threads: 3, count: 50, env: { LD_PRELOAD: preloadable('meter') } });
  await jvm.tell('a');
  const url = await exportBursts({ topThreads: 2 });
  const metered = (all: Parameters<typeof find>[0]) => find(all, 'offheap_meter_live_bytes', { pid: String(jvm.pid) });
  const samples = await scrapeUntil(url, (all) => metered(all).length === 1);
  const threads = find(samples, 'offheap_meter_thread_live_bytes', { pid: String(jvm.pid) });
  expect(threads).toHaveLength(3);
  expect(threads.map(({ labels }) => labels['thread'])).toContain('other');
  expect(sum(threads)).toBe(sum(metered(samples)));
  // 150 Inflaters of 39,928 bytes, whose threads have ended.
  expect(sum(metered(samples))).toBeGreaterThan(150 * 39_928);
});

test('--no-attach leaves a JVM alone, and says nothing of what only it knows', async () => {
  const jvm = await start();
  const url = await exportBursts({ attachIntervalMs: undefined });
  const samples = await scrapeUntil(url, (all) => find(all, ...looked(jvm.pid)).length === 1);
  expect(find(samples, 'offheap_process_native_resident_bytes')).toEqual([]);
  expect(find(samples, 'offheap_malloc_live_bytes')).toHaveLength(1);
  expect(existsSync(`/tmp/.java_pid${jvm.pid}`)).toBe(false);
});

test('processes for which there is no time or no place are skipped, and counted', async () => {
  await start();
  await start();
  const skipped = (reason: string) => (all: Parameters<typeof find>[0]) =>
    sum(find(all, 'offheap_exporter_skipped_total', { reason }));
  const hurried = await exportBursts({ scrapeBudgetMs: 0 });
  const samples = await scrapeUntil(hurried, (all) => skipped('budget')(all) >= 2);
  expect(find(samples, 'offheap_process_info')).toEqual([]);
  const small = await exportBursts({ maxProcesses: 1 });
  const few = await scrapeUntil(small, (all) => skipped('limit')(all) >= 1);
  expect(find(few, 'offheap_process_info')).toHaveLength(1);
  expect(sum(find(few, 'offheap_exporter_processes', { state: 'left_out' }))).toBe(1);
});

test('a process that may not be read is counted by instrument and code', async () => {
  const jvm = await start({ env: { LD_PRELOAD: preloadable('mmapalloc'), OFFHEAP_COUNTERS: 'off' } });
  await stopProcess(jvm.pid);
  const url = await exportBursts();
  const failed = (all: Parameters<typeof find>[0]) => find(all, 'offheap_exporter_errors_total', { code: 'ATTACH_FAILED' });
  const samples = await scrapeUntil(url, (all) => find(all, ...looked(jvm.pid)).length === 1);
  expect(failed(samples).map(({ labels }) => labels)).toEqual([{ instrument: 'jvm', code: 'ATTACH_FAILED' }]);
  // The rest of the look is there all the same.
  expect(find(samples, 'offheap_process_info').map(({ labels }) => labels['allocator'])).toEqual(['mmap']);
});

test('scrapes while processes start and die: every answer is whole, no series outlives its process, nothing fails uncounted', async () => {
  const complaints: unknown[] = [];
  const complain = (reason: unknown) => complaints.push(reason);
  process.on('unhandledRejection', complain);
  onTestFinished(() => void process.off('unhandledRejection', complain));
  await start();
  const url = await exportBursts({ selection: parseSelection(`-cp ${folder} |churn-of-${process.pid}`) });
  // The first discovery reads something of every process of the machine; between scrapes that follow each other at once it would take a part of them all.
  await scrapeUntil(url, (all) => find(all, 'offheap_process_info').length === 1);
  let scraping = true;
  let ended = 0;
  // Alive for 20 ms: some die before they are found, some while they are looked at, some between.
  const script = 'while :; do sh -c "sleep 0.02; :" "$0-of-$1"; echo ended; done';
  const churn = spawn('sh', ['-c', script, 'churn', String(process.pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
  churn.stdout.on('data', (text: Buffer) => (ended += text.toString().split('\n').length - 1));
  onTestFinished(() => void churn.kill());
  const churnJvms = async () => {
    for (; scraping; ended++) await (await startBurst(folder)).end();
  };
  const churningJvms = churnJvms();
  const seen = new Set<string>();
  let scrapes = 0;
  // However long it takes until enough of them have come and gone.
  for (; scrapes < leastScrapes || ended <= 20 || seen.size <= 2; scrapes++) {
    for (const { labels } of find(await scrape(url), 'offheap_process_info')) seen.add(labels['pid'] ?? '');
  }
  scraping = false;
  churn.kill();
  await churningJvms;
  const samples = await scrapeUntil(url, (all) => find(all, 'offheap_process_info').length === 1);
  expect(find(samples, 'offheap_process_info').map(({ labels }) => Number(labels['pid']))).toEqual(running.map(({ pid }) => pid));
  expect(ended).toBeGreaterThan(20);
  expect(seen.size).toBeGreaterThan(2);
  expect(sum(find(samples, 'offheap_exporter_gone_total'))).toBeGreaterThan(0);
  expect(sum(find(samples, 'offheap_exporter_scrape_duration_seconds_count'))).toBeGreaterThanOrEqual(scrapes);
  expect(find(samples, 'offheap_exporter_errors_total', { code: 'UNFORESEEN' })).toEqual([]);
  expect(complaints).toEqual([]);
});

test('connections that send nothing, or read nothing, shut nobody out', async () => {
  const url = new URL(await exportBursts());
  const sockets = Array.from({ length: 200 }, (_, index) => {
    const socket = connect({ port: Number(url.port), host: url.hostname, localAddress: `127.0.0.${2 + (index % 4)}` });
    socket.on('error', () => {});
    // Half of them begin a request that they never end, or ask and never read.
    if (index % 2 === 0) socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n');
    else socket.pause();
    return socket;
  });
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  await Promise.all(sockets.map((socket) => (socket.connecting ? once(socket, 'connect').catch(() => {}) : undefined)));
  const answers = await Promise.all(
    ['/healthz', '/metrics', '/healthz'].map(async (path) => (await fetch(new URL(path, url))).status),
  );
  expect(answers).toEqual([200, 200, 200]);
});

test('who asks by another name is refused, and told what to do', async () => {
  const url = await exportBursts({ allowedHosts: ['metrics.example'] });
  const ask = (host: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      get(url, { headers: { host } }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      }).on('error', reject);
    });
  expect((await ask('metrics.example:9967')).status).toBe(200);
  const { status, body } = await ask('evil.example');
  expect(status).toBe(403);
  expect(body).toBe(
    'Expected to be asked by an address, localhost or the host\'s own name, was asked as "evil.example". If that is a name of this host, start offheap export with --allow-host=NAME.\n',
  );
});
