import { describe, expect, test } from 'vitest';
import { explore, type Outcome } from '../../../src/experiment/explore.ts';
import { affordable, rank, runsOf } from '../../../src/stats/halving.ts';
import { seededRandom } from '../../../src/stats/random.ts';

const runMs = 10_000;

/** A made world: each setting settles at its size, with noise of so many bytes either way; each run takes 10 s. */
function worldOf(
  sizes: Readonly<Record<string, number>>,
  { noise = 0, seed = 1, slow = '', broken = '', interruptAfter = Number.POSITIVE_INFINITY } = {},
) {
  const random = seededRandom(seed);
  let elapsed = 0;
  const calls: [keys: number, repeats: number][] = [];
  const outcomeOf = (key: string, repeats: number): Outcome => {
    if (key === broken) return { runs: [], failure: 'it crashed' };
    const settled = () => Math.round((sizes[key] ?? Number.NaN) + (random() * 2 - 1) * noise);
    return { runs: Array.from({ length: repeats }, () => ({ settledBytes: settled(), burstMs: key === slow ? 2001 : 1000 })) };
  };
  return {
    calls,
    elapsed: () => elapsed,
    now: () => elapsed,
    run: async (keys: readonly string[], repeats: number) => {
      if (calls.length >= interruptAfter) return undefined;
      calls.push([keys.length, repeats]);
      elapsed += keys.length * repeats * runMs;
      return new Map(keys.map((key) => [key, outcomeOf(key, repeats)]));
    },
  };
}

const many = Object.fromEntries(Array.from({ length: 41 }, (_, at) => [`s${at}`, 1000 - at]));
const sizes = { reference: 1003, ...many };
const keys = Object.keys(sizes);
const request = { keys, reference: 'reference', budgetMs: 3_600_000 };

describe('explore', () => {
  test('all once, a third three times, and the three that are left nine times, the reference with them', async () => {
    const world = worldOf(sizes);
    const { rungs, finalists, untried, complete } = await explore(request, world);
    expect(world.calls).toEqual([
      [1, 1],
      [41, 1],
      [15, 2],
      [6, 6],
      [4, 18],
    ]);
    expect(rungs.map(({ standings }) => standings.length)).toEqual([42, 15, 6, 4]);
    expect(finalists).toEqual(['s40', 's39', 's38']);
    expect([untried, complete]).toEqual([[], true]);
    expect(rungs[0]?.standings.find(({ configuration }) => configuration === 's0')?.dropped).toBe('others settled at less');
    for (const { standings } of rungs)
      expect(standings.find(({ configuration }) => configuration === 'reference')).not.toHaveProperty('dropped');
  });

  test.each([60_000, 200_000, 600_000, 1_000_000])(
    'in %d ms it takes no longer, and names what it did not try',
    async (budgetMs) => {
      const world = worldOf(sizes);
      const { rungs, untried, finalists } = await explore({ ...request, budgetMs }, world);
      expect(world.elapsed()).toBeLessThanOrEqual(budgetMs);
      expect((rungs[0]?.standings.length ?? 0) + untried.length).toBe(keys.length);
      expect(untried.length).toBeGreaterThan(0);
      expect(finalists.length).toBeGreaterThan(0);
    },
  );

  test('the best of 41 is a finalist in 95 of 100 worlds whose noise is five times the step between two', async () => {
    let found = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { finalists } = await explore(request, worldOf({ ...sizes, s7: 900 }, { noise: 25, seed }));
      if (finalists.includes('s7')) found++;
    }
    expect(found).toBeGreaterThanOrEqual(95);
  });

  test('what is twice as slow, or fails, is dropped with the reason', async () => {
    const { rungs, finalists } = await explore(request, worldOf(sizes, { slow: 's40', broken: 's39' }));
    const why = (key: string) => rungs[0]?.standings.find(({ configuration }) => configuration === key)?.dropped;
    expect(why('s40')).toBe('its burst took over 2 times as long as that of reference');
    expect(why('s39')).toBe('it crashed');
    expect(finalists).toEqual(['s38', 's37', 's36']);
  });

  test('a reference that fails ends it, and an interruption leaves no finalists', async () => {
    const broken = worldOf(sizes, { broken: 'reference' });
    expect(await explore(request, broken)).toMatchObject({ failure: 'it crashed', rungs: [], finalists: [] });
    expect(broken.calls).toEqual([[1, 1]]);
    expect(await explore(request, worldOf(sizes, { interruptAfter: 2 }))).toMatchObject({ complete: false, finalists: [] });
  });

  test('few settings are all left to the comparison after one run', async () => {
    const few = { reference: 9, a: 8, b: 7 };
    const world = worldOf(few);
    expect((await explore({ ...request, keys: Object.keys(few) }, world)).finalists).toEqual(['b', 'a']);
    expect(world.calls).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });
});

describe('the budget', () => {
  test('runs of all rungs', () => {
    // 42 once, 15 twice more, 6 six times more, 4 eighteen times more.
    expect(runsOf(41)).toBe(42 + 15 * 2 + 6 * 6 + 4 * 18);
    expect(runsOf(3)).toBe(4);
  });

  test('as many settings as there are runs for, and no more than there are', () => {
    for (const runs of [20, 57, 100, 179, 180]) {
      const count = affordable(runs, 41);
      if (count > 3) expect(runsOf(count)).toBeLessThanOrEqual(runs);
      if (count < 41) expect(runsOf(count + 1)).toBeGreaterThan(runs);
    }
    expect(affordable(10_000, 41)).toBe(41);
    expect(affordable(0, 41)).toBe(3);
    expect(affordable(0, 2)).toBe(2);
  });
});

test('a setting without a figure is the last', () => {
  const ranked = rank(
    [
      { key: 'a', runs: [], failure: 'skipped' },
      { key: 'b', runs: [{ settledBytes: 7, burstMs: undefined }], failure: undefined },
    ],
    'b',
  );
  expect(ranked.map(({ configuration }) => configuration)).toEqual(['b', 'a']);
});
