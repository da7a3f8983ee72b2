import { describe, expect, test } from 'vitest';
import type { Cell, Timeline } from '../../../src/model/result.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { noticeLines } from '../../../src/reporters/notices.ts';
import { findNotices } from '../../../src/stats/notices.ts';
import { cellOf, phasesOf, resultOf, timelineOf } from '../../fixtures/cells.ts';

const mib = bytesPerMiB;
/** A burst of 20 s from 1 s on, settled 5 s after it; a sample each 125 ms, in which a MiB a second has whole bytes. */
const [baselineMs, loadedMs, settledMs] = [1000, 21_000, 26_000];
const times = Array.from({ length: settledMs / 125 + 1 }, (_, index) => index * 125);

interface Curves {
  rss: (seconds: number) => number;
  live?: (seconds: number) => number;
  heap?: (seconds: number) => number;
  /** Between two readings of smaps. */
  detailMs?: number;
}

/** In MiB by seconds since the start. */
function measured({ rss, live, heap, detailMs = 500 }: Curves, changes: Partial<Cell> = {}): Cell {
  const curves: Timeline = timelineOf(
    times,
    times.map((ms) => whole(rss(ms / 1000))),
    live && times.map((ms) => whole(live(ms / 1000))),
  );
  const detailTimes = times.filter((ms) => ms % detailMs === 0);
  const nothing = detailTimes.map(() => null);
  const details = {
    ...{ atMs: detailTimes, rssBytes: nothing, anonymousBytes: nothing, swapBytes: nothing, cgroupBytes: nothing },
    javaHeapRssBytes: heap ? detailTimes.map((ms) => heap(ms / 1000) * mib) : nothing,
  };
  const sample = (atMs: number) => {
    const [rssBytes, heapBytes] = [Math.round(rss(atMs / 1000) * mib), Math.round((heap?.(atMs / 1000) ?? 0) * mib)];
    return {
      ...{ atMs, rssBytes, nativeRssBytes: rssBytes - heapBytes },
      ...(heap ? { javaHeapRssBytes: heapBytes } : {}),
      ...(live ? { liveBytes: Math.round(live(atMs / 1000) * mib) } : {}),
    };
  };
  const phases = { baseline: sample(baselineMs), loaded: sample(loadedMs), settled: sample(settledMs) };
  return cellOf({ phases, timeline: { ...curves, details }, command: ['./program'], ...changes });
}

const notices = (...cells: Cell[]) => findNotices({ cells, plan: undefined });
const level = () => 331;
/** MiB of whole bytes. */
const whole = (value: number) => Math.round(value * mib) / mib;

describe('leaking', () => {
  test('3 MiB a second under load, live or not', () => {
    const grows = (seconds: number) => 331 + 3 * seconds;
    const [leak] = notices(measured({ rss: grows, live: (seconds) => 3 * seconds }));
    const rate = { bytesPerMinute: 180 * mib, lowPerMinute: 180 * mib, highPerMinute: 180 * mib };
    expect(leak).toEqual({
      ...{ code: 'leaking', configuration: 'glibc', cells: 1, ofCells: 1, overMs: 10_000 },
      ...{ rss: rate, live: rate, keptBy: 'live' },
    });
    expect(notices(measured({ rss: grows, live: () => 7 }))[0]).toMatchObject({ rss: rate, keptBy: 'free' });
    expect(notices(measured({ rss: grows }))[0]).toMatchObject({ rss: rate, keptBy: 'unknown' });
    expect(noticeLines(resultOf([measured({ rss: grows, live: () => 7 })]))[0]).toBe(
      'Leaking: memory grew through all of the last 10 s of the load. glibc: RSS by 180 [180, 180] MiB/min. Live bytes do not grow with it on glibc: what the allocator keeps free grows, or memory that is not from malloc.',
    );
  });

  test('live bytes that fill what is free leak, though RSS stays', () => {
    const [leak] = notices(measured({ rss: level, live: (seconds) => 3 * seconds }));
    expect(leak).toMatchObject({ code: 'leaking', keptBy: 'live', live: { bytesPerMinute: 180 * mib } });
    expect(leak).not.toHaveProperty('rss');
  });

  test('a Java heap that grows is none, and what grows beside it is one', () => {
    const heap = (seconds: number) => 5 * seconds;
    expect(notices(measured({ rss: (seconds) => 97 + heap(seconds), heap }))).toMatchObject([{ code: 'unsettled' }]);
    const [leak] = notices(measured({ rss: (seconds) => 97 + heap(seconds) + seconds, heap }));
    expect(leak).toMatchObject({ code: 'leaking', rss: { bytesPerMinute: 60 * mib } });
    // The last reading of smaps lies 7 s before the end of the load.
    const rarely = notices(measured({ rss: (seconds) => 97 + heap(seconds) + seconds, heap, detailMs: 14_000 }));
    expect(rarely).toMatchObject([{ rss: { bytesPerMinute: 60 * mib } }, { code: 'unsettled' }]);
  });

  test.each([
    ['grew in the first half alone', (seconds: number) => 331 + 3 * Math.min(seconds, 11)],
    ['grew in a part of the second half', (seconds: number) => 331 + 3 * Math.min(seconds, 16)],
    ['grew by less than a hundredth of it a minute', (seconds: number) => 331 + 0.05 * seconds],
    ['goes up and down', (seconds: number) => 331 + 40 * Math.sin(seconds)],
  ])('memory that %s is none', (_, rss) => {
    expect(notices(measured({ rss })).filter(({ code }) => code === 'leaking')).toEqual([]);
  });

  test.each([
    ['half of what it grew by in that time', 15, 0],
    ['less', 14.9, 1],
  ])('what the program frees when the load is over was a burst: %s', (_, freedMiB, leaks) => {
    const live = (seconds: number) => 3 * Math.min(seconds, 21) - (seconds > 22 ? freedMiB : 0);
    const rss = (seconds: number) => 331 + 3 * Math.min(seconds, 21);
    const found = notices(measured({ rss, live })).filter(({ code }) => code === 'leaking');
    expect(found).toHaveLength(leaks);
  });

  test('of repeats most have to show it, and the interval holds all of theirs', () => {
    const leak = (perSecond: number, repeat: number) =>
      measured({ rss: (seconds) => 331 + perSecond * Math.min(seconds, 21) }, { repeat });
    expect(notices(leak(3, 1), leak(0, 2))).toEqual([]);
    expect(notices(leak(3, 1), leak(0, 2), leak(5, 3))).toEqual([
      {
        ...{ code: 'leaking', configuration: 'glibc', cells: 2, ofCells: 3, overMs: 10_000, keptBy: 'unknown' },
        rss: { bytesPerMinute: 240 * mib, lowPerMinute: 180 * mib, highPerMinute: 300 * mib },
      },
    ]);
  });

  test('a burst of under ten seconds tells none', () => {
    const cell = measured({ rss: (seconds) => 331 + 3 * Math.min(seconds, 10.9) });
    const { loaded } = cell.phases;
    expect(loaded && notices({ ...cell, phases: { ...cell.phases, loaded: { ...loaded, atMs: 10_900 } } })).toEqual([]);
  });
});

describe('unsettled', () => {
  const after = (moved: number) => (seconds: number) => 331 + (moved * Math.max(0, seconds - 21)) / 5;
  test('RSS that moves by a hundredth in the second half of the settling time, and what it moved by', () => {
    const [notice] = notices(measured({ rss: after(-50) }));
    // From the middle of the first tenth to that of the last: nine tenths of 25 MiB, in samples of 125 ms.
    expect(notice).toMatchObject({ code: 'unsettled', overMs: 2500, settleMs: 5000, cells: 1, ofCells: 1 });
    expect(notice).toHaveProperty('movedBytes', -22.5 * mib);
    expect(noticeLines(resultOf([measured({ rss: after(-50) })]))).toEqual([
      'Not settled: RSS still moved when it was measured as settled. glibc: it fell by 23 MiB in the last 2.5 s. Let it settle for longer: --settle=15s.',
    ]);
  });

  test('less than a hundredth is settled, and so is what moved in the first half', () => {
    expect(notices(measured({ rss: after(6) }))).toEqual([]);
    expect(notices(measured({ rss: (seconds) => 331 - 90 * Math.min(Math.max(0, seconds - 21), 2) }))).toEqual([]);
  });
});

test('killed: what offheap did not end, and what the kernel killed beside it', () => {
  const [dead, other] = [
    { state: 'failed', diedBy: 'SIGKILL', oomKills: 1 },
    { configuration: 'jemalloc', oomKills: 2 },
  ] as const;
  const cells = [measured({ rss: level }, dead), measured({ rss: level }, { repeat: 2 }), measured({ rss: level }, other)];
  expect(notices(...cells)).toEqual([
    { code: 'killed', configuration: 'glibc', cells: 1, ofCells: 2, signal: 'SIGKILL', oomKills: 1 },
    { code: 'killed', configuration: 'jemalloc', cells: 1, ofCells: 1, oomKills: 2 },
  ]);
  expect(noticeLines(resultOf(cells))).toEqual([
    'Killed: glibc (1 of 2 cells), by SIGKILL (OOM kills in its cgroup: 1); jemalloc, what it had started (OOM kills in its cgroup: 2). A program that is killed has no figures to compare.',
  ]);
});

test('throttled: the share of the burst, from a hundredth of it on', () => {
  const throttling = { periods: 200, throttledPeriods: 101, throttledMs: 13_000 };
  const cell = measured({ rss: level }, { throttling });
  expect(notices(cell)).toEqual([
    { code: 'throttled', configuration: 'glibc', cells: 1, ofCells: 1, throttledShare: 0.65, periodsShare: 0.505 },
  ]);
  expect(notices({ ...cell, throttling: { ...throttling, throttledMs: 199 } })).toEqual([]);
});

test('uneven load: a rate or a time of the load a third beyond the reference', () => {
  const rate = (requestsPerSecond: number, wallMs: number, changes: Partial<Cell> = {}) =>
    measured(
      { rss: level },
      {
        metrics: { requestsPerSecond: { value: requestsPerSecond, better: 'higher' }, p99Ms: { value: 1 } },
        load: { wallMs },
        ...changes,
      },
    );
  const cells = [rate(1000, 20_000), rate(1010, 20_000, { repeat: 2 }), rate(500, 41_000, { configuration: 'jemalloc' })];
  expect(notices(...cells)).toEqual([
    { code: 'uneven-load', configuration: 'jemalloc', figure: 'requestsPerSecond', ratio: 500 / 1005, cells: 1, ofCells: 1 },
    { code: 'uneven-load', configuration: 'jemalloc', figure: 'load time', ratio: 2.05, cells: 1, ofCells: 1 },
  ]);
  expect(notices(rate(1000, 20_000), rate(760, 26_000, { configuration: 'jemalloc' }))).toEqual([]);
});

test('uncollected: live bytes stay, and no collection ran since the load', () => {
  const cell = measured({ rss: level, live: (seconds) => (seconds > 5 ? 89 : 7) });
  const withCollections = (loaded: number, settled: number): Cell => ({
    ...cell,
    phases: Object.fromEntries(
      Object.entries(cell.phases).map(([name, phase]) => [name, { ...phase, collections: name === 'settled' ? settled : loaded }]),
    ),
  });
  expect(notices(withCollections(3, 3))).toEqual([
    { code: 'uncollected', configuration: 'glibc', cells: 1, ofCells: 1, gainedBytes: 82 * mib },
  ]);
  expect(notices(withCollections(3, 4))).toEqual([]);
  expect(notices(cell)).toEqual([]);
});

test('other work: a tenth of the processors where less than half was idle, and any steal', () => {
  const machine = { capacityMs: 40_000, idleMs: 1000, stealMs: 0, othersMs: 13_000 };
  expect(notices(measured({ rss: level }, { machine }))).toEqual([
    { code: 'other-work', configuration: 'glibc', cells: 1, ofCells: 1, othersShare: 0.325, stealShare: 0, idleShare: 0.025 },
  ]);
  expect(notices(measured({ rss: level }, { machine: { ...machine, idleMs: 21_000 } }))).toEqual([]);
  expect(notices(measured({ rss: level }, { machine: { ...machine, othersMs: 0, stealMs: 800 } }))).toMatchObject([
    { stealShare: 0.02 },
  ]);
});

test('a load whose requests failed', () => {
  const cell = (errors: number) => measured({ rss: level }, { load: { wallMs: 1009, requests: 1000, errors } });
  expect(notices(cell(130), cell(9))).toEqual([
    { code: 'load-errors', configuration: 'glibc', cells: 1, ofCells: 2, errorShare: 0.13 },
  ]);
});

test('the most serious is first, and a healthy result has none', () => {
  const machine = { capacityMs: 40_000, idleMs: 0, stealMs: 0, othersMs: 20_000 };
  const bad = measured({ rss: (seconds) => 331 + 3 * seconds }, { machine, diedBy: 'SIGSEGV', state: 'failed' });
  expect(notices(bad).map(({ code }) => code)).toEqual(['killed', 'leaking', 'other-work']);
  expect(notices(measured({ rss: level, live: () => 7 }))).toEqual([]);
  expect(notices(cellOf({ phases: phasesOf({ baseline: 7, loaded: 97, settled: 13 }) }))).toEqual([]);
});
