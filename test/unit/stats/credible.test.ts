import { expect, test } from 'vitest';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { describeVerdict } from '../../../src/reporters/guard.ts';
import { stateLines } from '../../../src/reporters/result-table.ts';
import { withCredibleLiveBytes } from '../../../src/stats/credible.ts';
import { judgeBound } from '../../../src/stats/quantities.ts';
import { retainedBytes } from '../../../src/stats/returned.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';

const limit = { quantity: 'retained', isMetric: false, kind: 'max', unit: 'bytes', limit: bytesPerMiB } as const;

test('a cell whose live bytes can be stays as it is', () => {
  const cell = cellOf({ phases: phasesOf({ baseline: [100, 10], loaded: [300, 200], settled: [250, 12] }) });
  expect(withCredibleLiveBytes(cell)).toBe(cell);
});

test.each([
  ['less than nothing', { baseline: [100, 10], loaded: [300, -38], settled: [250, 12] }, /the counters say -38 MiB at loaded/],
  ['retained above native RSS', { baseline: [100, 500], settled: [192, 20] }, /572 MiB would be retained of a native RSS of 185\./],
] as const)('%s: no live bytes, the reason, and a bound that nobody can judge', (_, phases, reason) => {
  const counters = { calls: { malloc: 3 }, liveUsableBytes: -1, peakLiveUsableBytes: 4, sizeHistogram: { live: [1], total: [2] } };
  const cell = withCredibleLiveBytes(cellOf({ phases: phasesOf(phases as never), counters }));
  expect(cell.liveWithdrawn).toMatch(reason);
  expect(Object.values(cell.phases).filter((phase) => 'liveBytes' in phase)).toEqual([]);
  expect(cell.counters).toEqual({ calls: { malloc: 3 }, sizeHistogram: { total: [2] } });
  expect(retainedBytes(cell)).toBeUndefined();
  const verdict = judgeBound(cell, limit);
  expect(verdict).toMatchObject({ state: 'unknown', reason: cell.liveWithdrawn });
  expect(describeVerdict(verdict)).toMatch(
    /^retained cannot be told, so nobody knows whether --max-retained=1 MiB is kept\. Live bytes are not shown: /,
  );
  const file = resultOf([cell]);
  expect(stateLines(file)).toEqual([`glibc: ${cell.liveWithdrawn}`]);
});

test('an allocator of the program’s own: no live bytes, and the sentence', () => {
  const counters = { calls: { malloc: 0 }, liveUsableBytes: 0, ownAllocator: true, sizeHistogram: { live: [0], total: [0] } };
  const cell = withCredibleLiveBytes(cellOf({ phases: phasesOf({ baseline: [100, 0], settled: [250, 0] }), counters }));
  expect(cell.liveWithdrawn).toMatch(
    /^Live bytes are not shown: an allocator of the program’s own serves it\. Its malloc comes before/,
  );
  expect(Object.values(cell.phases).filter((phase) => 'liveBytes' in phase)).toEqual([]);
  expect(cell.counters).toEqual({ calls: { malloc: 0 }, ownAllocator: true, sizeHistogram: { total: [0] } });
  expect(retainedBytes(cell)).toBeUndefined();
});
