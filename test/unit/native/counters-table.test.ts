import { expect, test } from 'vitest';
import { allocatingEntryPoints, type CounterSnapshot, entryPoints, type ThreadCounters } from '../../../src/model/counters.ts';
import { renderCountersTable } from '../../../src/reporters/counters-table.ts';
import { plainText } from '../../fixtures/terminal.ts';

const zeros = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
const buckets = (counts: Record<number, number>) => Array.from({ length: 48 }, (_, bucket) => counts[bucket] ?? 0);

const snapshot: CounterSnapshot = {
  calls: { ...zeros(entryPoints), malloc: 1234, free: 1000, realloc: 5 },
  failures: { ...zeros(allocatingEntryPoints), malloc: 2 },
  mapFailures: 2,
  unmapFailures: 0,
  liveAllocations: 234,
  liveRequestedBytes: 400_000,
  peakLiveRequestedBytes: 3_000_000,
  liveMappedBytes: 1_048_576,
  peakLiveMappedBytes: 5_242_880,
  totalRequestedBytes: 9_000_000,
  totalMappedPages: 2345,
  roundingWasteBytes: 648_576,
  sizeHistogram: { live: buckets({ 5: 200, 6: 30, 16: 4 }), total: buckets({ 0: 1, 5: 1000, 6: 200, 16: 8 }) },
  settled: true,
};
const info = {
  pid: 42,
  createdUnixMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  writer: 'mmapalloc',
  isPreceded: false,
  version: 1,
  path: '/x',
};
const thread = (tid: number, liveRequestedBytes: number): ThreadCounters => ({
  tid,
  name: `thread-${tid}`,
  calls: 100,
  liveAllocations: 10,
  liveRequestedBytes,
  liveMappedBytes: 40_960,
  totalRequestedBytes: 1,
});

test('a running process', () => {
  const threads = Array.from({ length: 12 }, (_, index) => thread(100 + index, 10_000 * index));
  expect(renderCountersTable({ info, alive: true, snapshot, threads }, plainText)).toMatchSnapshot();
});

test('a dead process, without threads, unsettled', () => {
  const unsettled = { ...snapshot, mapFailures: 0, unmapFailures: 3, settled: false };
  const text = renderCountersTable({ info, alive: false, snapshot: unsettled, threads: [] }, plainText);
  expect(text).toContain('Process 42, counted by mmapalloc since 2026-01-02T03:04:05.000Z, ended: these are its last counters.');
  expect(text).toContain('3 times the kernel refused to unmap (vm.max_map_count)');
  expect(text).toContain('A thread was ending during every reading');
  expect(text).not.toContain('no pages for a block');
  expect(text).not.toContain('thread that allocated it');
});

test('a page of the meter: usable bytes, and nothing of what it does not count', () => {
  const { calls, failures, liveAllocations, totalRequestedBytes, sizeHistogram, settled } = snapshot;
  const metered: CounterSnapshot = {
    ...{ calls, failures, liveAllocations, totalRequestedBytes, sizeHistogram, settled },
    ...{ liveUsableBytes: 5_242_880, peakLiveUsableBytes: 10_485_760 },
  };
  const shared = { calls: 1, liveAllocations: 1, totalRequestedBytes: 1 };
  const threads = [
    { ...shared, tid: 1, name: 'holds-little', liveUsableBytes: 1_048_576 },
    { ...shared, tid: 2, name: 'holds-most', liveUsableBytes: 3_145_728 },
  ];
  const text = renderCountersTable({ info: { ...info, writer: 'meter' }, alive: true, snapshot: metered, threads }, plainText);
  expect(text).toMatch(/live, usable +│ +5\.0 MiB │ 10\.0 MiB/);
  expect(text).toMatch(/holds-most [^\n]* 3\.0 MiB[\s\S]*holds-little [^\n]* 1\.0 MiB[\s\S]*threads that ended [^\n]* 1\.0 MiB/);
  expect(text).toContain('usable size');
  expect(text).not.toMatch(/live, requested|mapped|rounding|NaN/);
});

test('nothing counted yet', () => {
  const none: CounterSnapshot = {
    ...snapshot,
    calls: zeros(entryPoints),
    failures: zeros(allocatingEntryPoints),
    sizeHistogram: { live: buckets({}), total: buckets({}) },
  };
  const text = renderCountersTable({ info, alive: true, snapshot: none, threads: [] }, plainText);
  expect(text).toContain('No call was counted yet.');
  expect(text).not.toContain('requested size');
});

test('an allocator of the program’s own that passes nothing on: a sentence, and neither figures nor "no call was counted"', () => {
  const preceded = { ...info, isPreceded: true };
  const calls = { ...zeros(entryPoints), posix_memalign: 3 };
  const reading = { info: preceded, alive: true, threads: [thread(1, 5)] };
  const served = renderCountersTable({ ...reading, snapshot: { ...snapshot, calls, ownAllocator: true } }, plainText);
  expect(served).toContain(
    'Live figures are not shown: an allocator of the program’s own serves it. Its malloc comes before that of the preloaded library, which sees none of its blocks.',
  );
  expect(served).toMatch(/posix_memalign +│ +3 /);
  expect(served).not.toMatch(/live blocks|thread-1|requested size/);
  const silent = renderCountersTable(
    { ...reading, snapshot: { ...snapshot, calls: zeros(entryPoints), ownAllocator: true } },
    plainText,
  );
  expect(silent).not.toContain('No call was counted yet.');
  const passing = renderCountersTable({ ...reading, snapshot }, plainText);
  expect(passing).toContain('Another malloc comes before that of libmmapalloc.so: what it does not pass on is not counted.');
  expect(passing).toContain('live blocks');
});

test('fewer blocks than none, though bytes are left: no live figures', () => {
  const text = renderCountersTable({ info, alive: true, snapshot: { ...snapshot, liveAllocations: -3 }, threads: [] }, plainText);
  expect(text).toContain('the page says -3 blocks live, less than nothing. Blocks came or went past the preloaded library');
  expect(text).not.toContain('live blocks');
});
