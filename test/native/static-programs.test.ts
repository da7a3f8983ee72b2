import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { inspectHeap } from '../../src/native/inspector.ts';
import { takeReadings } from '../../src/observe/readings.ts';
import { compileWhenNewer } from '../compile-when-newer.ts';
import { has } from '../skip.ts';
import { rssOf, startHeap } from './inspected.ts';

const source = (name: string) => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const built = (name: string) => fileURLToPath(new URL(`../../build/test-programs/${name}`, import.meta.url));
const kinds = ['static', 'static-pie'] as const;
const chunkBytes = 5008;

test.each(kinds)('%s: live chunks are exact, in all arenas, and the prediction of malloc_trim holds', async (kind) => {
  const target = await startHeap('heap_pages', {}, { kind });
  const { totals, sizes = [], arenas, consistency } = await inspectHeap(target.pid, { sizes: 1000 });
  // Start-up takes memory by sbrk before malloc does.
  expect({ consistency, unreadableBytes: totals.unreadableBytes }).toEqual({ consistency: 1, unreadableBytes: 0 });
  expect(sizes.find((row) => row.chunkBytes === chunkBytes)?.liveChunks).toBe(1500);
  expect(arenas.filter(({ isMain, liveChunks }) => !isMain && liveChunks >= 300)).toHaveLength(5);
  const predicted = totals.residentFree.pageBytes + totals.residentFree.mainTopBytes;
  expect(predicted).toBeGreaterThan(50 << 20);
  const before = rssOf(target.pid);
  await target.prod();
  expect(Math.abs(before - rssOf(target.pid) - predicted)).toBeLessThanOrEqual(64 << 10);
});

test.each(kinds)('%s: a program that has mapped a file, and tells its glibc', async (kind) => {
  const { pid } = await startHeap('maps_a_file', {}, { kind });
  const { sizes = [], glibcVersion, arenas } = await inspectHeap(pid, { sizes: 1000 });
  expect(sizes.find((row) => row.chunkBytes === chunkBytes)?.liveChunks).toBe(300);
  expect(arenas).toMatchObject([{ isMain: true }]);
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime: string } };
  expect(glibcVersion).toBe(header.glibcVersionRuntime);
});

test('the doctor knows glibc in it', async () => {
  const { pid } = await startHeap('maps_a_file', {}, { kind: 'static' });
  const options = { inspect: inspectHeap, histogram: false, nmtRanges: false, timeoutMs: 1000, budgetMs: 1600 };
  const { allocator, inspection, unknown } = await takeReadings(pid, options);
  expect(allocator).toMatchObject({ name: 'glibc', library: `/proc/${pid}/exe` });
  expect(inspection?.totals.liveChunks).toBeGreaterThanOrEqual(300);
  expect(unknown.filter(({ instrument }) => instrument === 'heaps')).toEqual([]);
});

test('the doctor knows glibc in a program of which its file does not tell', async () => {
  // 17 MiB of data come before all of libc's texts; of a program 16 MiB are read.
  const { pid } = await startHeap('large_data', {}, { kind: 'static' });
  const options = { inspect: inspectHeap, histogram: false, nmtRanges: false, timeoutMs: 1000, budgetMs: 1600 };
  const { allocator, inspection, unknown, regions } = await takeReadings(pid, options);
  expect(allocator).toMatchObject({ name: 'glibc', library: `/proc/${pid}/exe` });
  expect(inspection?.totals.liveChunks).toBeGreaterThanOrEqual(300);
  expect(regions.find(({ kind }) => kind === 'glibc main')?.rssBytes).toBeGreaterThan(300 * chunkBytes);
  expect(unknown.filter(({ instrument }) => instrument === 'heaps')).toEqual([]);
});

test('a static program that has loaded a library, and another libc with it', async () => {
  const { pid } = await startHeap('loads_a_library', {}, { kind: 'static' });
  const { sizes = [] } = await inspectHeap(pid, { sizes: 1000 });
  expect(sizes.find((row) => row.chunkBytes === chunkBytes)?.liveChunks).toBe(300);
});

test('a static program whose file does not tell its glibc', async () => {
  const { pid } = await startHeap('heap_pages', {}, { kind: 'static' });
  expect(await inspectHeap(pid)).not.toHaveProperty('glibcVersion');
});

test('musl in a static program is no glibc', async (context) => {
  context.skip(!has('musl-gcc'), 'musl-gcc is not installed');
  const program = source('maps_a_file.c');
  const path = compileWhenNewer(built('maps_a_file-musl'), [program], 'musl-gcc', ['-static', '-std=gnu11', program]);
  const pid = await startOther(path);
  await expect(inspectHeap(pid)).rejects.toMatchObject({ code: 'NOT_GLIBC' });
  expect(await allocatorOf(pid)).toMatchObject({ name: 'musl', library: `/proc/${pid}/exe` });
});

test('nor is musl as a library, whatever the name of its file', async (context) => {
  context.skip(!has('musl-gcc'), 'musl-gcc is not installed');
  const program = source('maps_a_file.c');
  const path = compileWhenNewer(built('maps_a_file-musl-shared'), [program], 'musl-gcc', ['-std=gnu11', program]);
  const pid = await startOther(path);
  await expect(inspectHeap(pid)).rejects.toMatchObject({ code: 'NOT_GLIBC' });
  expect(await allocatorOf(pid)).toMatchObject({ name: 'musl', library: expect.stringMatching(/musl/) });
});

test('nor is Go', async (context) => {
  context.skip(!has('go'), 'Go is not installed');
  const program = source('keep_slices.go');
  // The name of the output comes last, and Go wants it before the sources.
  const build = `GO111MODULE=off CGO_ENABLED=0 GOCACHE=${built('go-cache')} exec go build "$@" ${program}`;
  const path = compileWhenNewer(built('keep_slices'), [program], 'sh', ['-c', build, 'sh']);
  await expect(inspectHeap(await startOther(path))).rejects.toMatchObject({ code: 'NOT_GLIBC' });
});

async function allocatorOf(pid: number) {
  const options = { inspect: inspectHeap, histogram: false, nmtRanges: false, timeoutMs: 1000, budgetMs: 1600 };
  const { allocator, unknown } = await takeReadings(pid, options);
  expect(unknown.filter(({ instrument }) => instrument === 'heaps')).toEqual([{ instrument: 'heaps', code: 'other-allocator' }]);
  return allocator;
}

/** A program that no compile() knows, waiting at "ready". */
async function startOther(path: string): Promise<number> {
  const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface({ input: child.stdout }), 'line');
  return child.pid ?? 0;
}
