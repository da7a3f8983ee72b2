import { expect, test } from 'vitest';
import { allocatingEntryPoints, type CounterField, type CounterWriter, entryPoints } from '../../../src/model/counters.ts';
import { CounterDecoder } from '../../../src/native/counter-snapshot.ts';

const field = (
  name: string,
  firstCell: number,
  { width = 1, writer = 'any' }: { width?: number; writer?: CounterWriter | 'any' } = {},
) => {
  const described: CounterField = { kind: 'counter', name, unit: 'calls', doc: '' };
  return { ...described, firstCell, width, writer };
};
const fields = [
  field('calls_malloc', 0),
  field('calls_posix_memalign', 1),
  field('failures_malloc', 2),
  field('live_requested_bytes', 3, { writer: 'mmapalloc' }),
  field('live_mapped_bytes', 4, { writer: 'mmapalloc' }),
  field('live_allocations', 5),
  field('live_sizes', 6, { width: 3 }),
  field('total_sizes', 9, { width: 3 }),
  field('live_usable_bytes', 12, { writer: 'meter' }),
  field('peak_live_usable_bytes', 13, { writer: 'meter' }),
  field('map_failures', 14, { writer: 'mmapalloc' }),
];
const decoder = new CounterDecoder(fields, { writer: 'mmapalloc', isPreceded: false });
const cells = Float64Array.from([7, 2, 1, 100, 4096, -1, 10, 20, 30, 40, 50, 60, 112, 64, 3]);

test('cells become named numbers, groups and histograms; the waste is derived', () => {
  expect(decoder.toSnapshot(cells, true)).toEqual({
    calls: { malloc: 7, posix_memalign: 2 },
    failures: { malloc: 1 },
    liveRequestedBytes: 100,
    liveMappedBytes: 4096,
    liveAllocations: -1,
    roundingWasteBytes: 3996,
    mapFailures: 3,
    sizeHistogram: { live: [10, 20, 30], total: [40, 50, 60] },
    settled: true,
  });
});

test('what the meter does not count is absent, and its peak is never below what is live', () => {
  const meter = new CounterDecoder(fields, { writer: 'meter', isPreceded: false });
  expect(meter.toSnapshot(cells, true)).toEqual({
    calls: { malloc: 7, posix_memalign: 2 },
    failures: { malloc: 1 },
    liveUsableBytes: 112,
    peakLiveUsableBytes: 112,
    liveAllocations: -1,
    sizeHistogram: { live: [10, 20, 30], total: [40, 50, 60] },
    settled: true,
  });
  const thread = meter.toThreadCounters({ tid: 5, name: 'main', cells });
  expect(thread).toMatchObject({ liveUsableBytes: 112 });
  expect(Object.keys(thread)).not.toContain('liveRequestedBytes');
});

test('a snapshot does not change when the cells are filled again', () => {
  const reused = Float64Array.from(cells);
  const snapshot = decoder.toSnapshot(reused, false);
  reused.fill(0);
  expect(snapshot).toMatchObject({ calls: { malloc: 7 }, sizeHistogram: { live: [10, 20, 30] }, settled: false });
});

test('of a thread the calls are added up', () => {
  expect(decoder.toThreadCounters({ tid: 5, name: 'main', cells })).toMatchObject({
    tid: 5,
    name: 'main',
    calls: 9,
    liveRequestedBytes: 100,
  });
});

test('the lists of entry points have no name twice', () => {
  expect(new Set(entryPoints).size).toBe(entryPoints.length);
  expect(entryPoints.slice(0, allocatingEntryPoints.length)).toEqual(allocatingEntryPoints);
});

test.each([
  [false, [0, 2], undefined],
  [true, [0, 2], true],
  [true, [1, 2], undefined],
])(
  'another malloc before the library’s: %s; calls of malloc and posix_memalign: %o',
  (isPreceded, [malloc = 0, aligned = 0], expected) => {
    const counted = Float64Array.from(cells);
    counted.set([malloc, aligned]);
    const { ownAllocator } = new CounterDecoder(fields, { writer: 'meter', isPreceded }).toSnapshot(counted, true);
    expect(ownAllocator).toBe(expected);
  },
);
