import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Roster } from '../../../src/exporter/roster.ts';
import type { RoundsJournal } from '../../../src/exporter/rounds.ts';
import type { Look, Subject } from '../../../src/exporter/subject.ts';

vi.mock('../../../src/exporter/look.ts', () => ({ lookAt: vi.fn() }));
/** With each process, after its first whole look. */
vi.mock('../../../src/exporter/owner-looks.ts', () => ({
  ownerLooks: (intervalMs: number) => ({
    instrument: 'owners',
    intervalMs,
    turnOf: ({ owned }: Subject) => owned?.turn,
    look: lookAtOwners,
    forget: () => {},
  }),
}));
const lookAtOwners = vi.hoisted(() => vi.fn());

/** On the timers that these tests let go on. */
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', callOff);
        resolve(value);
      }, ms);
      const callOff = () => {
        clearTimeout(timer);
        reject(new Error('called off'));
      };
      if (signal?.aborted) callOff();
      else signal?.addEventListener('abort', callOff, { once: true });
    }),
}));

// Files of this project share their modules: what another one has loaded is loaded again, with what stands in for it here.
vi.resetModules();
const { lookAt } = await import('../../../src/exporter/look.ts');
const { Pace } = await import('../../../src/exporter/pace.ts');
const { Rounds } = await import('../../../src/exporter/rounds.ts');
const { OffheapError } = await import('../../../src/model/errors.ts');

const intervalMs = 1000;
const look: Look = { takenAtMs: 0, rssBytes: 1, swapBytes: 0, hugeBytes: 0, hugetlbBytes: 0, regions: [], allocator: 'glibc' };

function subjectOf(pid: number): Subject {
  const turn = { dueAt: Number.NEGATIVE_INFINITY, failures: 0, expectedMs: 20, isTried: false };
  return { pid, startTimeTicks: 1, argv: [], command: '', isJvm: false, place: {}, turn, memory: {} };
}

/** What a look at each pid does. */
type Behaviour = (pid: number) => Promise<Look>;

let stop: AbortController;
let ended: Promise<void>;
let cpuMs = 0;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(process, 'cpuUsage').mockImplementation((before) => ({ user: cpuMs * 1000 - (before?.user ?? 0), system: 0 }));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await vi.runAllTimersAsync();
  await ended;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const neverAgain = { discoverMs: 1e9, discover: async () => {} };

interface Discovery {
  discoverMs: number;
  discover: () => Promise<void>;
  ownersIntervalMs?: number;
}

function runRounds(pids: readonly number[], behave: Behaviour, share = 1, discovery: Discovery = neverAgain) {
  const { discover, ...intervals } = discovery;
  const subjects = pids.map(subjectOf);
  const looks: { pid: number; atMs: number }[] = [];
  const failures: string[] = [];
  const startedAt = performance.now();
  vi.mocked(lookAt).mockImplementation(({ pid }) => {
    looks.push({ pid, atMs: Math.round(performance.now() - startedAt) });
    return behave(pid);
  });
  const roster = { subjects, refresh: discover, drop: () => {} } as unknown as Roster;
  const journal: RoundsJournal = {
    looked: () => {},
    gone: () => {},
    failed: (instrument, code) => failures.push(instrument === 'process' ? code : `${instrument} ${code}`),
  };
  const options = { intervalMs, ...intervals, attachIntervalMs: undefined, inspectBudgetMs: 1, topThreads: 1 };
  ended = new Rounds(roster, new Pace(share), journal, options).run(stop.signal);
  const timesOf = (pid: number) => looks.filter((entry) => entry.pid === pid).map(({ atMs }) => atMs);
  return { subjects, failures, timesOf };
}

const succeed = async () => ({ ...look, takenAtMs: Date.now() });
const fail = () => Promise.reject(new OffheapError('NO_PERMISSION', 'no'));

describe('the rounds', () => {
  test('a process that cannot be looked at is tried more and more seldom, the others as ever', async () => {
    const { failures, timesOf } = runRounds([1, 2], (pid) => (pid === 1 ? fail() : succeed()));
    await vi.advanceTimersByTimeAsync(16_000);
    expect(timesOf(1).map((atMs) => Math.floor(atMs / intervalMs))).toEqual([0, 2, 6, 14]);
    expect(timesOf(2).length).toBeGreaterThanOrEqual(13);
    expect(failures).toEqual(Array(4).fill('NO_PERMISSION'));
  });

  test('figures of one that fails are let go when they are old, and it is looked at as ever when it no longer does', async () => {
    let fails = false;
    const { subjects, timesOf } = runRounds([1], () => (fails ? fail() : succeed()));
    await vi.advanceTimersByTimeAsync(500);
    expect(subjects[0]?.look).toBeDefined();
    fails = true;
    await vi.advanceTimersByTimeAsync(2000);
    expect(subjects[0]?.look).toBeDefined();
    await vi.advanceTimersByTimeAsync(6000);
    expect(subjects[0]?.look).toBeUndefined();
    fails = false;
    await vi.advanceTimersByTimeAsync(20_000);
    const gaps = timesOf(1).map((atMs, index, all) => atMs - (all[index - 1] ?? 0));
    expect(gaps.at(-1)).toBeLessThan(2 * intervalMs);
  });

  test('one that never comes back holds the others up for ten seconds once, and is not begun again', async () => {
    const { failures, timesOf } = runRounds([1, 2], (pid) => (pid === 1 ? new Promise(() => {}) : succeed()));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(timesOf(1)).toHaveLength(1);
    expect(failures).toEqual(['TIMEOUT']);
    const gaps = timesOf(2).map((atMs, index, all) => atMs - (all[index - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10_000 + intervalMs);
    expect(gaps.filter((gap) => gap > 2 * intervalMs).length).toBeLessThanOrEqual(1);
  });

  test('one whose looks cost much pays by its own time: the others’ figures stay fresh', async () => {
    const costly = async () => {
      cpuMs += 4000;
      return succeed();
    };
    const beforeMs = cpuMs;
    const { timesOf } = runRounds([1, 2, 3, 4, 5, 6], (pid) => (pid < 6 ? costly() : succeed()), 0.1);
    await vi.advanceTimersByTimeAsync(600_000);
    const gaps = timesOf(6).map((atMs, index, all) => atMs - (all[index - 1] ?? 0));
    // First looks at all take turns with it. Of each the common time pays 100 ms: at 7.5 % of a core 1.3 s.
    expect(Math.max(...gaps)).toBeLessThan(5000);
    // What the first looks cost beyond was earned since, before there were others.
    expect(cpuMs - beforeMs).toBeLessThanOrEqual(0.1 * 600_000);
    for (const pid of [1, 2, 3, 4, 5]) expect(timesOf(pid).length).toBeGreaterThanOrEqual(1);
  });

  test('finding processes takes an eighth of the time at most, however much there is to find', async () => {
    const discoveredAt: number[] = [];
    const discover = async () => {
      discoveredAt.push(performance.now());
      cpuMs += 40;
    };
    const look = async () => {
      cpuMs += 20;
      return succeed();
    };
    const { timesOf } = runRounds([1], look, 0.01, { discoverMs: 5000, discover });
    await vi.advanceTimersByTimeAsync(600_000);
    const gaps = discoveredAt.slice(2).map((at, index) => at - (discoveredAt[index + 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(32_000);
    // 7.5 thousandths of ten minutes are 4.5 s: 0.75 s go into discoveries, and what is left is enough for 180 looks.
    expect(timesOf(1).length).toBeGreaterThan(100);
  });

  test('owners are looked for in turns of their own, one look at a time, and called off with the rest', async () => {
    const { subjects, failures, timesOf } = runRounds([1, 2], succeed, 1, { ...neverAgain, ownersIntervalMs: 10 * intervalMs });
    const own = subjects.map((subject) => Object.assign(subject, { owned: { turn: subjectOf(0).turn } }));
    let running = 0;
    let most = 0;
    lookAtOwners.mockImplementation(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running--;
    });
    await vi.advanceTimersByTimeAsync(35_000);
    const calls = (pid: number) => lookAtOwners.mock.calls.filter(([subject]) => (subject as Subject).pid === pid);
    expect(own.map(({ pid }) => calls(pid).length)).toEqual([4, 4]);
    expect(most).toBe(1);
    expect(timesOf(1).length).toBeGreaterThanOrEqual(30);
    // One that never comes back is counted by its own name, and keeps its process from other looks until then.
    lookAtOwners.mockImplementation(() => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(failures).toEqual(['owners TIMEOUT', 'owners TIMEOUT']);
    const { signal } = (lookAtOwners.mock.calls.at(-1) as [Subject, { signal: AbortSignal }])[1];
    expect(signal.aborted).toBe(true);
  });

  test('they end at once, whatever a look waits for', async () => {
    runRounds([1], () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(100);
    const begun = performance.now();
    stop.abort();
    await ended;
    expect(performance.now() - begun).toBe(0);
  });
});
