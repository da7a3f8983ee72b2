import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type HeapInspection, heapInspection } from '../../src/model/inspection.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { startZombie } from '../zombie.ts';
import { footprint, kernelThread, noKernelThread, rssOf, startHeap, untilAsleep } from './inspected.ts';
import { library } from './preloaded.ts';

const chunkOf = (request: number) => Math.ceil((request + 8) / 16) * 16;
const allSizes = { sizes: 10_000 };
const liveOf = ({ sizes = [] }: HeapInspection, request: number) =>
  sizes.find(({ chunkBytes, toBytes }) => chunkBytes === chunkOf(request) && toBytes === undefined)?.liveChunks ?? 0;
const predictionOf = ({ totals }: HeapInspection) => totals.residentFree.pageBytes + totals.residentFree.mainTopBytes;
const halfLive = { pages: 1500, tops: 0 };

/** Trims, and returns what the program's RSS lost. */
async function trim(process: { pid: number; prod(): Promise<void> }): Promise<number> {
  const before = rssOf(process.pid);
  await process.prod();
  return before - rssOf(process.pid);
}

test('counts live chunks exactly and predicts malloc_trim to the page', async () => {
  const target = await startHeap('heap_pages');
  const inspection = await inspectHeap(target.pid, allSizes);
  expect(inspection).toMatchObject({
    consistency: 1,
    totals: { unreadableBytes: 0 },
    mmapped: { chunks: 1, sizeBytes: 2_002_944, rssBytes: 4096, missingBytes: 0 },
  });
  expect(liveOf(inspection, 4999)).toBe(halfLive.pages);
  expect(inspection.arenas.filter(({ isMain }) => isMain)).toHaveLength(1);
  expect(inspection.arenas.filter(({ isMain, liveChunks }) => !isMain && liveChunks >= 300)).toHaveLength(5);
  const predicted = predictionOf(inspection);
  expect(predicted).toBeGreaterThan(50 << 20);
  expect(Math.abs(predicted - (await trim(target)))).toBeLessThanOrEqual(64 << 10);
  const after = await inspectHeap(target.pid, allSizes);
  expect(liveOf(after, 4999)).toBe(halfLive.pages);
  expect(after.totals.residentFree.pageBytes).toBe(0);
});

test('a main arena that several threads read: blocks that hold what looks like chunks mislead none of them', async () => {
  const target = await startHeap('long_main');
  const inspection = await inspectHeap(target.pid, allSizes);
  const { sizes = [], totals } = inspection;
  const freed = Math.ceil(500_009 / 7);
  expect(totals.sizeBytes).toBeGreaterThan(2 * (32 << 20));
  expect(totals).toMatchObject({ unreadableBytes: 0, fastbinBytes: 0 });
  // Seven of those that were freed are in the tcache.
  expect(sizes.find(({ chunkBytes }) => chunkBytes === chunkOf(100))).toMatchObject({
    liveChunks: 500_009 - freed + 7,
    cachedChunks: 7,
    freeChunks: freed - 7,
  });
  expect(sizes.find(({ chunkBytes }) => chunkBytes === 262_144)).toMatchObject({
    liveChunks: 251,
    liveBytes: 251 * chunkOf(300_000),
  });
  expect(liveOf(inspection, 40)).toBeLessThan(10);
  const predicted = predictionOf(inspection);
  expect(Math.abs(predicted - (await trim(target)))).toBeLessThanOrEqual(64 << 10);
});

test('figures of arenas sum to the totals; live, free and the rest to the size', async () => {
  const { totals, arenas, histogram, ranges } = await inspectHeap((await startHeap('heap_pages')).pid);
  const sum = (pick: (figures: HeapInspection['totals']) => number) => arenas.reduce((all, arena) => all + pick(arena), 0);
  for (const key of ['sizeBytes', 'rssBytes', 'liveBytes', 'liveChunks', 'freeBytes', 'freeChunks'] as const)
    expect(sum((figures) => figures[key])).toBe(totals[key]);
  expect(histogram.reduce((all, { liveBytes }) => all + liveBytes, 0)).toBe(totals.liveBytes);
  expect(histogram.reduce((all, { freeBytes }) => all + freeBytes, 0)).toBe(totals.freeBytes);
  // Each arena's heap_info and malloc_state, no more.
  const overhead = totals.sizeBytes - totals.liveBytes - totals.freeBytes;
  expect(overhead).toBeGreaterThanOrEqual(5 * 2048);
  expect(overhead).toBeLessThan(5 * 4096);
  expect(ranges).toEqual(ranges.toSorted((a, b) => a.start - b.start));
});

test('looking at a process changes neither its RSS nor its page tables, and causes no fault', async () => {
  const { pid } = await startHeap('heap_pages');
  await untilAsleep(pid);
  const before = footprint(pid);
  for (let look = 0; look < 20; look++) await inspectHeap(pid);
  expect(footprint(pid)).toEqual(before);
});

test('the schema has the figures of native/inspect/heap_figures.h, in its order, and docs/inspector.md explains each', async () => {
  const { pid } = await startHeap('heap_pages');
  const inspection = await inspectHeap(pid, allSizes);
  const { totals } = heapInspection.shape;
  expect(Object.keys(inspection.totals)).toEqual(Object.keys(totals.shape));
  expect(Object.keys(inspection.totals.residentFree)).toEqual(Object.keys(totals.shape.residentFree.shape));
  expect(heapInspection.parse(inspection)).toEqual(inspection);
  const documented = readFileSync(new URL('../../docs/inspector.md', import.meta.url), 'utf8');
  const explained = new Set([...documented.matchAll(/^- \*\*([^*]+)\*\*/gm)].flatMap(([, names = '']) => names.split(', ')));
  const { residentFree, ...figures } = inspection.totals;
  const names = [...Object.keys(figures), ...Object.keys(residentFree).map((name) => `residentFree.${name}`)];
  expect(names.filter((name) => !explained.has(name))).toEqual([]);
});

test('arena tops: malloc_trim returns none of them', async () => {
  const target = await startHeap('heap_tops', { GLIBC_TUNABLES: 'glibc.malloc.arena_max=64' });
  const { totals, arenas } = await inspectHeap(target.pid);
  const { arenaTopBytes, pageBytes } = totals.residentFree;
  // 8 threads × 9,600 blocks × (4,096 + 16) bytes, in whole pages and less the last page of each.
  const burst = 8 * 9600 * 4112;
  expect(arenas.filter(({ residentFree }) => residentFree.arenaTopBytes > 30 << 20)).toHaveLength(8);
  expect(arenaTopBytes).toBeGreaterThan(burst - 8 * 65_536);
  expect(arenaTopBytes).toBeLessThan(burst + 8 * 65_536);
  expect(pageBytes).toBeLessThan(65_536);
  expect(Math.abs(await trim(target))).toBeLessThan(1 << 20);
});

test('free memory that shares its pages with live blocks', async () => {
  const target = await startHeap('heap_sub_page');
  const { totals } = await inspectHeap(target.pid);
  // Of the 10,000 freed blocks, 7 are in the tcache only when they fit there: they do not.
  expect(totals.freeChunks).toBeGreaterThanOrEqual(10_000);
  expect(totals.residentFree.subPageBytes).toBeGreaterThanOrEqual(10_000 * chunkOf(1500));
  expect(totals.residentFree.subPageBytes).toBeLessThan(10_000 * chunkOf(1500) + 8192);
  expect(totals.residentFree.pageBytes).toBe(0);
  const predicted = totals.residentFree.mainTopBytes;
  expect(Math.abs((await trim(target)) - predicted)).toBeLessThanOrEqual(8192);
});

test('small blocks freed in random order: fastbins are merged before the trim, tcaches are not', async () => {
  const target = await startHeap('heap_shuffled');
  const inspection = await inspectHeap(target.pid);
  const { totals } = inspection;
  expect(totals.unknownBytes).toBeGreaterThan(1 << 20);
  const predicted = predictionOf(inspection);
  expect(predicted).toBeGreaterThan(1 << 20);
  expect(Math.abs(predicted - (await trim(target)))).toBeLessThanOrEqual(16_384);
});

test('a main heap that went on by mmap', async () => {
  const target = await startHeap('heap_without_brk');
  const inspection = await inspectHeap(target.pid, allSizes);
  expect(liveOf(inspection, 20_011)).toBe(900);
  expect(inspection.totals.unreadableBytes).toBe(0);
  expect(inspection.ranges.filter(({ kind }) => kind === 'main').length).toBeGreaterThan(1);
  expect(Math.abs(predictionOf(inspection) - (await trim(target)))).toBeLessThanOrEqual(64 << 10);
});

test('a main arena of more than 550 pieces, each with more pages than are read at once, is read whole', async () => {
  const { pid } = await startHeap('heap_in_pieces');
  const inspection = await inspectHeap(pid, { ...allSizes, budgetMs: 60_000 });
  expect(inspection).toMatchObject({ consistency: 1, totals: { unreadableBytes: 0 } });
  expect(liveOf(inspection, 7919)).toBe(601 * 130);
  expect(inspection.ranges.filter(({ kind }) => kind === 'main').length).toBeGreaterThan(550);
});

test('malloc behind 200 MB that the program took by sbrk, and these are not malloc’s', async () => {
  const target = await startHeap('heap_sbrk');
  const inspection = await inspectHeap(target.pid, allSizes);
  expect(inspection).toMatchObject({ consistency: 1, totals: { unreadableBytes: 0 } });
  expect({ before: liveOf(inspection, 4999), behind: liveOf(inspection, 7001) }).toEqual({ before: 601, behind: 354 });
  expect(inspection.totals.rssBytes).toBeLessThan(20 << 20);
  const main = inspection.ranges.filter(({ kind }) => kind === 'main');
  expect(main).toHaveLength(2);
  expect((main[1]?.start ?? 0) - (main[0]?.end ?? 0)).toBeGreaterThanOrEqual(200 << 20);
  expect((main[1]?.start ?? 0) - (main[0]?.end ?? 0)).toBeLessThan((200 << 20) + 4096);
  expect(Math.abs(predictionOf(inspection) - (await trim(target)))).toBeLessThanOrEqual(64 << 10);
});

test('blocks of their own mapping behind pages of the program that the kernel merged with them', async () => {
  const { pid } = await startHeap('mapped_behind');
  const { mmapped } = await inspectHeap(pid);
  const { mmapped: bySize } = await inspectHeap(pid, { sizes: 10 });
  // The seven are each of another size, the largest first.
  expect(bySize.sizes).toEqual([6, 5, 4, 3, 2, 1, 0].map((nth) => ({ chunkBytes: (1 << 20) + 4096 + nth * 8192, chunks: 1 })));
  expect(mmapped).toEqual({
    chunks: 7,
    // A page more than whole pages need, for the header.
    sizeBytes: 7 * ((1 << 20) + 4096) + 21 * 8192,
    rssBytes: 7 * 8192,
    missingBytes: 0,
  });
});

/** Since 2.35; then all memory of the main arena is by mmap, and the kernel merges it with what lies before. */
const hugePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=2' };
const noHugePages = 'this glibc has no glibc.malloc.hugetlb';
const hasBrk = (pid: number) => readFileSync(`/proc/${pid}/maps`, 'utf8').includes('[heap]');

test('a main heap by mmap alone, and arenas of another size', async ({ skip }) => {
  const target = await startHeap('heap_pages', hugePages);
  skip(hasBrk(target.pid), noHugePages);
  const inspection = await inspectHeap(target.pid, allSizes);
  expect(inspection).toMatchObject({ consistency: 1, totals: { unreadableBytes: 0 } });
  expect(liveOf(inspection, 4999)).toBe(halfLive.pages);
  // How large it is, and whether a large block is in it or has a mapping of its own, differs by version.
  const main = inspection.arenas.filter(({ isMain }) => isMain);
  const ranges = inspection.ranges.filter(({ kind }) => kind === 'main');
  expect(main.map(({ sizeBytes }) => sizeBytes)).toEqual([ranges.reduce((sum, { start, end }) => sum + end - start, 0)]);
  if (inspection.glibcVersion === '2.36')
    expect({ ranges: ranges.length, mmapped: inspection.mmapped.chunks }).toEqual({ ranges: 1, mmapped: 1 });
});

test('heaps of 8 MiB, the first of which begins where one of 64 MiB could', async ({ skip }) => {
  const target = await startHeap('aligned_heap', hugePages);
  skip(hasBrk(target.pid), noHugePages);
  const { arenas, consistency, ...inspection } = await inspectHeap(target.pid, allSizes);
  expect({ consistency, live: liveOf({ arenas, consistency, ...inspection }, 4999) }).toEqual({ consistency: 1, live: 3001 });
  expect(arenas.find(({ isMain }) => !isMain)).toMatchObject({ heaps: 2, unreadableBytes: 0 });
  const starts = inspection.ranges.filter(({ kind }) => kind === 'arena').map(({ start }) => start % (64 << 20));
  expect(starts).toContain(0);
});

test('what a main heap says to have and is not found is unreadable, and arenas are read all the same', async ({ skip }) => {
  const target = await startHeap('lost_main', hugePages);
  skip(hasBrk(target.pid), noHugePages);
  const lost = 1_999_993 * 4096;
  const { arenas, totals } = await inspectHeap(target.pid);
  const [main, other] = arenas;
  // mp_ tells where it begins, and so what there is of it is read. The rest of what it says to have is nowhere.
  expect(main).toMatchObject({ isMain: true, sizeBytes: lost });
  expect(main?.unreadableBytes).toBeGreaterThan(lost - (4 << 20));
  expect(main?.consistency).toBeLessThan(0.001);
  expect(other).toMatchObject({ isMain: false, unreadableBytes: 0, consistency: 1 });
  expect(totals.unreadableBytes).toBe(main?.unreadableBytes);
});

test('37 walks of a program that allocates on all cores as fast as it can', async () => {
  const { pid } = await startHeap('heap_busy');
  const kept = 500 * Number(readFileSync('/proc/stat', 'utf8').match(/^cpu\d/gm)?.length);
  for (let look = 0; look < 37; look++) {
    const inspection = await inspectHeap(pid, allSizes);
    const unread = inspection.totals.unreadableBytes;
    // What is kept never moves: it is counted, or said to be unreadable.
    expect(liveOf(inspection, 20_011) + Math.ceil(unread / chunkOf(20_011))).toBeGreaterThanOrEqual(kept);
    expect(inspection.consistency).toBeGreaterThan(0.5);
  }
});

test('a target that is killed while it is read', async () => {
  for (let round = 0; round < 10; round++) {
    const target = await startHeap('heap_busy');
    const looks = (async () => {
      for (;;) await inspectHeap(target.pid);
    })();
    const outcome = expect(looks).rejects.toMatchObject({
      code: expect.stringMatching(/^(PROCESS_ENDED|NO_SUCH_PROCESS|NOT_INSPECTABLE)$/),
    });
    await sleep(round * 3);
    await target.kill();
    await outcome;
  }
});

test('a budget that is too small: fewer heaps, or none, and both are said', async () => {
  const { pid } = await startHeap('heap_pages');
  const whole = await inspectHeap(pid);
  expect(whole.sample).toBeUndefined();
  const { sample, totals, consistency } = await inspectHeap(pid, { budgetMs: 0 });
  expect(sample).toEqual({ heapsWalked: 0, heapsTotal: 6, relativeError: 1 });
  expect({ consistency, unread: totals.unreadableBytes }).toEqual({ consistency: 0, unread: whole.totals.sizeBytes });
  expect(totals.rssBytes).toBe(whole.totals.rssBytes);
});

test('no process', async () => {
  await expect(inspectHeap(4_194_303)).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
});

test('a thread of the kernel', async ({ skip }) => {
  const thread = kernelThread ?? skip(noKernelThread);
  await expect(inspectHeap(thread)).rejects.toMatchObject({ code: 'NOT_INSPECTABLE' });
});

test("a program whose malloc is another's: no heap, and none is made up", async () => {
  const { pid } = await startHeap('heap_pages', { LD_PRELOAD: library });
  expect(await inspectHeap(pid, allSizes)).toMatchObject({
    ...{ arenas: [], ranges: [], sizes: [], consistency: 1 },
    ...{ totals: { sizeBytes: 0, liveChunks: 0 }, mmapped: { chunks: 0 } },
  });
});

test('a zombie', async () => {
  await expect(inspectHeap(await startZombie())).rejects.toMatchObject({ code: 'NOT_INSPECTABLE' });
});
