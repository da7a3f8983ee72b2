import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import type { KeptLook, KeptLooks } from '../../src/model/kept-looks.ts';
import { readKeptLooks } from '../../src/observe/kept-looks.ts';
import { readBootId, readPidNamespace } from '../../src/process/boot.ts';
import { findMemoryLimiter } from '../../src/process/memory-limiter.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { canLimit, cannotLimit } from '../fixtures/permitted.ts';
import { type BurstJvm, type BurstOptions, compileBurst, startBurst } from './burst-jvm.ts';
import { find, type Sample, scrape, scrapeUntil, sum } from './scrape.ts';

const mib = 1024 ** 2;
const bin = fileURLToPath(new URL('../../bin/offheap.js', import.meta.url));
let classes: string;
let folder: string;

beforeAll(async () => {
  classes = await mkdtemp(join(tmpdir(), 'offheap-looks-'));
  await compileBurst(classes);
});
afterAll(() => rm(classes, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-kept-'));
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true }));
});

async function start(options: BurstOptions): Promise<BurstJvm> {
  const jvm = await startBurst(classes, options);
  onTestFinished(() => jvm.end());
  return jvm;
}

/** What keeps the looks at the JVMs of this test. */
async function keepLooks(intervalMs: number): Promise<string> {
  const exporter = await startExporter({
    ...{ host: '127.0.0.1', port: 0, allowedHosts: [], selection: parseSelection(`-cp ${classes} `), maxProcesses: 100 },
    ...{ topThreads: 10, intervalMs, discoverMs: 100, attachIntervalMs: 500, cpuShare: 1, scrapeBudgetMs: 5000 },
    keepLooks: folder,
  });
  onTestFinished(() => exporter.close());
  return exporter.url;
}

const lookedAt = (samples: Sample[], pid: number) =>
  find(samples, 'offheap_process_looked_at_timestamp_seconds', { pid: String(pid) });
const isGone = (pid: number) => (samples: Sample[]) => find(samples, 'offheap_process_info', { pid: String(pid) }).length === 0;

/** Until a look has ended that had not when this was called. */
async function waitForLook(url: string, pid: number): Promise<void> {
  const last = (samples: Sample[]) => lookedAt(samples, pid)[0]?.value ?? 0;
  const before = last(await scrape(url));
  await scrapeUntil(url, (samples) => last(samples) > before);
}

async function keptOf(pid: number): Promise<KeptLooks> {
  const { processes, unread } = await readKeptLooks(folder, { pid });
  expect(unread).toEqual([]);
  const [kept] = processes;
  if (!kept) throw new Error(`nothing was kept of ${pid}`);
  return kept;
}

/** What a scrape tells by the values of a label. */
function byLabel(samples: readonly Sample[], name: string, label: string): Record<string, number> {
  return Object.fromEntries(find(samples, name).map(({ labels, value }) => [labels[label] ?? '', value]));
}

test('of a JVM that is killed: who it was, and the figures that the last scrape had', async () => {
  const jvm = await start({ threads: 2, count: 50, flags: ['-XX:+UseSerialGC'] });
  await jvm.tell('a');
  const url = await keepLooks(3_600_000);
  await expect.poll(async () => (await readKeptLooks(folder)).processes.length, { timeout: 60_000 }).toBe(1);
  const samples = await scrape(url);
  process.kill(jvm.pid, 'SIGKILL');
  await scrapeUntil(url, isGone(jvm.pid));

  const { looks, ...head } = await keptOf(jvm.pid);
  expect(head).toMatchObject({
    ...{ kind: 'looks', schemaVersion: 1, bootId: readBootId(), pidNamespace: readPidNamespace(), pid: jvm.pid },
    ...{ name: 'Burst', isJvm: true, java: { maxHeapBytes: 16 * mib } },
  });
  expect(head.command).toContain('-Xmx16m');
  expect(head.java?.flags).toContain('-XX:+UseSerialGC');
  expect(looks).toHaveLength(1);
  const [look] = looks as [KeptLook];
  const figure = (name: string) => sum(find(samples, name));
  expect(Date.parse(look.takenAt) / 1000).toBe(lookedAt(samples, jvm.pid)[0]?.value);
  expect(look.regions).toEqual(byLabel(samples, 'offheap_process_region_resident_bytes', 'region'));
  expect(look.rssBytes).toBe(Object.values(look.regions).reduce((total, bytes) => total + bytes, 0));
  expect(look.malloc).toEqual({
    liveBytes: figure('offheap_malloc_live_bytes'),
    freeBytes: figure('offheap_malloc_free_bytes'),
    readShare: figure('offheap_malloc_read_ratio'),
  });
  expect(look.malloc?.liveBytes).toBeGreaterThan(100 * 39_928);
  expect(look.javaHeap?.committedBytes).toBe(16 * mib);
  expect(look.container?.usageBytes).toBe(figure('offheap_cgroup_memory_usage_bytes'));
  expect(figure('offheap_exporter_errors_total')).toBe(0);
});

test('of a JVM that its memory limit has killed: how it grew up to it', async ({ skip }) => {
  skip(!canLimit(), cannotLimit);
  const limiter = findMemoryLimiter();
  const limitBytes = 211 * mib;
  const group = limiter.makeGroup(limitBytes);
  onTestFinished(async () => {
    await group.remove();
    limiter.close();
  });
  // 40 MiB a letter.
  const jvm = await start({ threads: 4, count: 250, procsFile: group.procsFile });
  const url = await keepLooks(50);
  const seen: number[] = [];
  for (let letter = 0; group.oomKills() === 0; letter++) {
    expect(letter).toBeLessThan(10);
    // The first may have begun before the letter was done.
    for (const _ of [1, 2]) await waitForLook(url, jvm.pid);
    seen.push(letter);
    await jvm.tell('a');
  }
  await scrapeUntil(url, isGone(jvm.pid));
  expect(seen.length).toBeGreaterThan(2);

  const { looks, cgroup } = await keptOf(jvm.pid);
  expect(cgroup).toMatchObject({ limitBytes, path: expect.stringMatching(/offheap/) });
  expect((await readKeptLooks(folder, { cgroupPath: cgroup?.path ?? '' })).processes.map(({ pid }) => pid)).toEqual([jvm.pid]);
  const [first, last] = [looks[0], looks.at(-1)] as [KeptLook, KeptLook];
  // A letter's Inflaters are the growth, and they are malloc's.
  const grownBytes = last.rssBytes - first.rssBytes;
  const arenas = ({ regions }: KeptLook) => (regions['glibc arenas'] ?? 0) + (regions['glibc main'] ?? 0);
  expect(grownBytes).toBeGreaterThan(60 * mib);
  expect((arenas(last) - arenas(first)) / grownBytes).toBeGreaterThan(0.8);
  expect((last.malloc?.liveBytes ?? 0) - (first.malloc?.liveBytes ?? 0)).toBeGreaterThan(60 * mib);
  const parts = Object.values(last.container?.parts ?? {}).reduce((total, bytes) => total + bytes, 0);
  expect(parts).toBe(last.container?.usageBytes);
  expect(last.container?.usageBytes).toBeLessThanOrEqual(limitBytes);
});

/** The exporter as a command, where a file system is mounted over the folder. */
function exportInto(mount: string): ReturnType<typeof spawn> {
  const own = [process.execPath, bin, 'export', '--port=0', `--select=-cp ${classes} `, '--interval=200ms', '--cpu=100'];
  const [file, args] = inMountNamespace(`${mount} "$1"; shift; exec "$@"`, [folder, ...own, `--keep-looks=${folder}`]);
  const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'pipe'] });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  return child;
}

test('a full disk is counted, and scrapes go on', async ({ skip }) => {
  skip(!canMount, cannotMount);
  const jvm = await start({});
  const child = exportInto('mount -t tmpfs -o size=4k,mode=700 tmpfs');
  let url = '';
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    url = /^offheap export: (http:.*)$/.exec(line)?.[1] ?? '';
    if (url !== '') break;
  }
  const failed = (all: Sample[]) => find(all, 'offheap_exporter_errors_total', { instrument: 'kept looks' });
  const samples = await scrapeUntil(url, (all) => sum(failed(all)) >= 3);
  expect(failed(samples).map(({ labels }) => labels['code'])).toEqual(['WRITE_FAILED']);
  expect(sum(find(samples, 'offheap_exporter_look_duration_seconds_count'))).toBeGreaterThanOrEqual(3);
  expect(lookedAt(samples, jvm.pid)).toHaveLength(1);
});

test('a folder that may not be written to is refused at once', async ({ skip }) => {
  skip(!canMount, cannotMount);
  const child = exportInto('mount -t tmpfs -o ro tmpfs');
  const [said, [status]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'exit')]);
  expect(status).toBe(2);
  expect(said).toContain(
    `Expected --keep-looks to name a folder that this user may write to, but "${folder}" may not be written to.`,
  );
});
