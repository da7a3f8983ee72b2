import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { HeapInspection } from '../../src/model/inspection.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { takeReadings } from '../../src/observe/readings.ts';
import { type Inspected, startHeap } from './inspected.ts';
import type { Kind } from './preloaded.ts';

/** What walking and all else may take, in seconds: `budgetMs` and what is said beside it. */
const budgetMs = 1600;
const limitSeconds = (budgetMs + 500) / 1000;

/** Of this process, by its kernel as well: a busy machine does not lengthen it. */
async function inSeconds<Value>(look: () => Promise<Value>): Promise<{ seconds: number; outcome: Value | Error }> {
  const before = process.cpuUsage();
  const outcome = await look().catch((error: Error) => error);
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, outcome };
}

/** Cores that are shared with others take more of their time for the same work: these bounds end what has none, and time nothing. */
const sharedCores = 3;

/** Inspects; that must have been over when its time was, and a second for what JavaScript does with the result. */
async function inspectInTime({ pid }: Inspected): Promise<HeapInspection | Error> {
  const { seconds, outcome } = await inSeconds(() => inspectHeap(pid, { budgetMs }));
  expect(seconds).toBeLessThan(sharedCores * (limitSeconds + 1));
  return outcome;
}

const tooLate = {
  code: 'INSPECT_FAILED',
  message: expect.stringMatching(/ was not finished\. Give it more: offheap histo \d+ --budget=20s$/),
};
const emptyMain = { arenas: [{ isMain: true, heaps: 1, consistency: 1 }], mmapped: { chunks: 0 }, consistency: 1 };

test('16 TiB of address space with a page in each are passed over', async () => {
  const target = await startHeap('wide_mapping');
  const { seconds, outcome } = await inSeconds(() => inspectHeap(target.pid));
  expect(outcome).toMatchObject(emptyMain);
  expect(seconds).toBeLessThan(sharedCores);
});

/** From 2^29 places on GCC 12's and 13's ThreadSanitizer finds its shadow's taken, and ends the program. */
const randomBits = Number(readFileSync('/proc/sys/vm/mmap_rnd_bits', 'utf8'));

describe.each<Kind>(['address', 'thread'])('a program with the %s sanitizer', (kind) => {
  test('its shadow is passed over, and glibc has no heap in it', async ({ skip }) => {
    skip(kind === 'thread' && randomBits > 28, `ThreadSanitizer does not run with vm.mmap_rnd_bits=${randomBits}`);
    const target = await startHeap('sanitized', {}, { kind });
    const { seconds, outcome } = await inSeconds(() => inspectHeap(target.pid));
    expect(outcome).toMatchObject({ arenas: [], totals: { sizeBytes: 0, liveChunks: 0 }, consistency: 1 });
    expect(seconds).toBeLessThan(sharedCores);
  });
});

test('a ring of 20,000 heaps, of which none is the first of an arena, is followed once', async () => {
  const outcome = await inspectInTime(await startHeap('forged_ring', {}, { args: ['20000'] }));
  // The main arena's and the one whose name they bear.
  expect(outcome).toMatchObject({
    arenas: [
      { isMain: true, heaps: 1 },
      { isMain: false, heaps: 1 },
    ],
    consistency: 1,
  });
});

test('400 forged arenas are counted to the byte; of 50,000 as many as there is time for', async () => {
  const few = await startHeap('forged_arenas', {}, { args: ['400'] });
  const { arenas, sample } = await inspectHeap(few.pid);
  const forged = arenas.filter(({ sizeBytes }) => sizeBytes === 4096);
  expect(sample).toBeUndefined();
  expect(forged).toHaveLength(400);
  // heap_info has 48 bytes, malloc_state 2,200, and what follows is at a multiple of 16: the rest is top.
  for (const { heaps, freeBytes, liveBytes } of forged)
    expect({ heaps, freeBytes, liveBytes }).toEqual({ heaps: 1, freeBytes: 4096 - 2256, liveBytes: 0 });
  const outcome = await inspectInTime(await startHeap('forged_arenas', {}, { args: ['50000'] }));
  if (outcome instanceof Error) expect(outcome).toMatchObject(tooLate);
  else expect(outcome.arenas).toHaveLength(50_002);
});

test('60,000 mappings, 30,000 of which are blocks of their own', async () => {
  const target = await startHeap('forged_mmapped', {}, { args: ['30000'] });
  const { seconds, outcome } = await inSeconds(() => inspectHeap(target.pid, { budgetMs: 60_000 }));
  expect(outcome).toMatchObject({ mmapped: { chunks: 30_000, sizeBytes: 30_000 * 4096, rssBytes: 30_000 * 4096 } });
  expect(seconds).toBeLessThan(sharedCores * (limitSeconds + 1));
});

test('30,000 pieces of a main arena that all seem to grow: what was not reached is unreadable', async () => {
  const outcome = await inspectInTime(await startHeap('forged_pieces', {}, { args: ['30000'] }));
  if (outcome instanceof Error) expect(outcome).toMatchObject(tooLate);
  else expect(outcome).toMatchObject({ sample: { heapsTotal: 30_002 }, consistency: 0 });
});

test('a main arena that was overwritten is no empty heap: malloc could not be read', async () => {
  const { pid } = await startHeap('damaged_arena');
  const message = `malloc of process ${pid} could not be read: its main arena was not found (overwritten, swapped out, or of another make than glibc 2.17 to 2.43 for 64 bits).`;
  await expect(inspectHeap(pid)).rejects.toMatchObject({ code: 'INSPECT_FAILED', message });
  const options = { inspect: inspectHeap, histogram: false, nmtRanges: false, timeoutMs: 1000, budgetMs };
  expect(await takeReadings(pid, options)).toMatchObject({
    unknown: expect.arrayContaining([{ instrument: 'heaps', code: 'failed', detail: message }]),
  });
});

test('an inspection is called off, before it begins and while it goes on', async () => {
  const target = await startHeap('forged_pieces', {}, { args: ['30000'] });
  const reason = new Error('the user thought better of it');
  await expect(inspectHeap(target.pid, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const calledOff = new AbortController();
  const { seconds, outcome } = await inSeconds(() => {
    const look = inspectHeap(target.pid, { budgetMs: 60_000, signal: calledOff.signal });
    setImmediate(() => calledOff.abort(reason));
    return look;
  });
  expect(outcome).toBe(reason);
  expect(seconds).toBeLessThan(sharedCores);
});
