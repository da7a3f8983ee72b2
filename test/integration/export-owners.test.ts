import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ExporterOptions, startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import type { Listening } from '../../src/exporter/server.ts';
import { chunkBytes, compileBuffers, startBuffers } from './buffers-jvm.ts';
import { find, type Sample, scrapeUntil, sum } from './scrape.ts';

const mib = 1024 ** 2;
const buffers = { count: 1009, bytes: 65_537 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-export-owners-'));
  await compileBuffers(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function startPatient() {
  const jvm = await startBuffers(folder, buffers);
  onTestFinished(() => jvm.end());
  return jvm;
}

/** Of the JVMs of this test. Looks as often as it can. */
function startPatientsExporter(options: Partial<ExporterOptions>): Promise<Listening> {
  return startExporter({
    ...{ host: '127.0.0.1', port: 0, allowedHosts: [], selection: parseSelection(`-cp ${folder} `), maxProcesses: 100 },
    ...{ topThreads: 10, intervalMs: 200, discoverMs: 100, attachIntervalMs: 500, cpuShare: 1, scrapeBudgetMs: 5000 },
    ...options,
  });
}

async function exportPatients(options: Partial<ExporterOptions>): Promise<string> {
  const exporter = await startPatientsExporter(options);
  onTestFinished(() => exporter.close());
  return exporter.url;
}

const ownersOf = (samples: readonly Sample[], pid: number) => find(samples, 'offheap_owner_bytes', { pid: String(pid) });
const buffersOf = (samples: readonly Sample[], pid: number) =>
  sum(find(samples, 'offheap_owner_bytes', { pid: String(pid), kind: 'java', owner: 'java.nio.DirectByteBuffer' }));

test('direct buffers of a JVM have the bytes that they have, and the series end with the process', async () => {
  const jvm = await startPatient();
  const url = await exportPatients({ ownersIntervalMs: 300 });
  const before = Date.now() / 1000;
  const samples = await scrapeUntil(url, (all) => ownersOf(all, jvm.pid).length > 0);
  const owners = ownersOf(samples, jvm.pid);
  const heldBytes = buffers.count * chunkBytes(buffers.bytes);
  expect(buffersOf(samples, jvm.pid)).toBeGreaterThanOrEqual(heldBytes);
  expect(buffersOf(samples, jvm.pid)).toBeLessThan(heldBytes + 0.1 * mib);
  expect(owners.map(({ labels }) => Object.keys(labels))).toEqual(
    owners.map(() => ['pid', 'command', 'container_id', 'pod_uid', 'kind', 'owner']),
  );
  // Five, and the others.
  expect(owners.length).toBeGreaterThanOrEqual(3);
  expect(owners.length).toBeLessThanOrEqual(6);
  expect(owners.filter(({ labels }) => labels['kind'] === 'other')).toHaveLength(1);
  // The two are looks of their own, at a JVM that stands still.
  const live = sum(find(samples, 'offheap_malloc_live_bytes', { pid: String(jvm.pid) }));
  expect(Math.abs(sum(owners) - live)).toBeLessThan(0.5 * mib);
  const lookedAt = find(samples, 'offheap_owners_looked_at_timestamp_seconds', { pid: String(jvm.pid) });
  expect(sum(lookedAt)).toBeGreaterThanOrEqual(before - 1);
  expect(sum(lookedAt)).toBeLessThanOrEqual(Date.now() / 1000);

  await jvm.keepMore();
  const later = await scrapeUntil(url, (all) => buffersOf(all, jvm.pid) >= 2 * heldBytes);
  expect(buffersOf(later, jvm.pid)).toBeLessThan(2 * heldBytes + 0.1 * mib);
  expect(find(later, 'offheap_exporter_errors_total', { instrument: 'owners' })).toEqual([]);

  await jvm.end();
  const last = await scrapeUntil(url, (all) => find(all, 'offheap_process_info', { pid: String(jvm.pid) }).length === 0);
  expect(ownersOf(last, jvm.pid)).toEqual([]);
});

test('unless it is asked for, nobody looks for owners', async () => {
  const jvm = await startPatient();
  const url = await exportPatients({});
  const looks = (all: readonly Sample[]) => sum(find(all, 'offheap_exporter_look_duration_seconds_count'));
  const samples = await scrapeUntil(url, (all) => looks(all) >= 3);
  expect(ownersOf(samples, jvm.pid)).toEqual([]);
});

test('an exporter that is ended while it looks for owners ends at once', async () => {
  await startPatient();
  // Nearly all of its time is spent on looks at owners.
  const exporter = await startPatientsExporter({ intervalMs: 60_000, ownersIntervalMs: 1 });
  await scrapeUntil(exporter.url, (all) => find(all, 'offheap_owner_bytes').length > 0);
  const begun = performance.now();
  await exporter.close();
  expect(performance.now() - begun).toBeLessThan(2000);
});
