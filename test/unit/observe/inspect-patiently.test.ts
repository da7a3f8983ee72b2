import { describe, expect, test } from 'vitest';
import { OffheapError } from '../../../src/model/errors.ts';
import type { HeapInspection } from '../../../src/model/inspection.ts';
import { InspectDeadline } from '../../../src/native/inspect-errors.ts';
import { inspectPatiently } from '../../../src/observe/inspect-patiently.ts';
import { figures, mallocOf, mib } from '../../fixtures/evidence.ts';

const tooLate = new InspectDeadline('INSPECT_FAILED', 'It was not finished.');
/** Of 100 MiB. */
const unread = (bytes: number) => mallocOf({ ...figures(100), unreadableBytes: mib(bytes), unreadableRssBytes: mib(bytes) });

/** One outcome for each inspection; `told`: the times of those that are longer. */
async function inspect(outcomes: (HeapInspection | Error)[], patienceMs = 15_000) {
  const budgets: number[] = [];
  const told: number[] = [];
  const inspection = inspectPatiently(
    async (budgetMs) => {
      const outcome = outcomes[budgets.push(budgetMs) - 1];
      if (outcome === undefined || outcome instanceof Error) throw outcome;
      return outcome;
    },
    { budgetMs: 1600, patienceMs, onLonger: (ms) => told.push(ms) },
  );
  return { read: await inspection.catch((error: unknown) => error), budgets, told };
}

describe('an inspection', () => {
  test('that leaves 3 % unread is the only one', async () => {
    expect(await inspect([unread(3)])).toEqual({ read: unread(3), budgets: [1600], told: [] });
  });

  test('that leaves more is followed by a longer one, which is told', async () => {
    const { read, budgets, told } = await inspect([unread(50), unread(1)]);
    expect(read).toEqual(unread(1));
    expect(budgets).toEqual([1600, told[0]]);
    // With a quarter of it for the rest, 15 s in all.
    expect(told[0]).toBeGreaterThan(11_000);
    expect(told[0]).toBeLessThanOrEqual(12_000);
  });

  test('that leaves many lists of free chunks is followed by a longer one', async () => {
    const left = (unfollowedLists: number) => ({ ...unread(0), unfollowedLists });
    expect(await inspect([left(33), left(2)])).toMatchObject({ read: left(2), told: [expect.any(Number)] });
    expect(await inspect([left(32)])).toMatchObject({ read: left(32), told: [] });
    expect(await inspect([left(40), unread(50), left(41)])).toMatchObject({ read: left(40) });
  });

  test('is tried three times, and the best is kept', async () => {
    const { read, budgets } = await inspect([unread(50), unread(40), unread(45), unread(0)]);
    expect(read).toEqual(unread(40));
    expect(budgets).toHaveLength(3);
  });

  test.each([
    ['no patience', 0],
    ['no more than for the first', 2000],
  ])('%s: it stays', async (_, patienceMs) => {
    expect(await inspect([unread(50)], patienceMs)).toMatchObject({ read: unread(50), budgets: [1600] });
    expect(await inspect([tooLate], patienceMs)).toMatchObject({ read: tooLate, budgets: [1600] });
  });

  test('whose time was over is tried again; any other error is not', async () => {
    expect(await inspect([tooLate, unread(2)])).toMatchObject({ read: unread(2) });
    expect((await inspect([tooLate, tooLate, tooLate])).read).toBe(tooLate);
    const gone = new OffheapError('PROCESS_ENDED', 'It ended.');
    expect(await inspect([gone])).toMatchObject({ read: gone, told: [] });
  });

  test('that is called off while it is tried again leaves what was read before', async () => {
    expect(await inspect([unread(50), new Error('called off'), unread(0)])).toMatchObject({
      read: unread(50),
      told: [expect.any(Number)],
    });
  });
});
