import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OffheapError } from '../../../src/model/errors.ts';
import type { OwnersLook } from '../../../src/model/watch.ts';
import { OwnersWatch } from '../../../src/observe/owners-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lookOf = (liveBytes: number): OwnersLook => ({ owners: [], liveBlocks: 1, liveBytes });

/** Each look takes so long; it is called off by the signal. */
function finder(results: (OwnersLook | Error)[], durationMs: number) {
  return vi.fn(
    (signal: AbortSignal) =>
      new Promise<OwnersLook>((resolve, reject) => {
        const result = results.shift() ?? lookOf(0);
        setTimeout(() => (result instanceof Error ? reject(result) : resolve(result)), durationMs);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );
}

/** A tick is ten times a second. */
async function pass(owners: OwnersWatch, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    void owners.look();
    await vi.advanceTimersByTimeAsync(100);
  }
}

test('one look at a time, by a twentieth of a core at most; the first one stays to compare with', async () => {
  const find = finder([lookOf(5), lookOf(7), lookOf(8)], 1000);
  const owners = new OwnersWatch(find);
  await pass(owners, 500);
  expect(owners.glance()).toEqual({ lookingMs: 500 });
  await pass(owners, 600);
  expect(owners.glance()).toMatchObject({ look: { liveBytes: 5, durationMs: 1000, ageMs: 100 } });
  expect(owners.glance().first).toBeUndefined();
  await pass(owners, 22_000);
  expect(find).toHaveBeenCalledTimes(2);
  expect(owners.glance()).toMatchObject({ look: { liveBytes: 7 }, first: { liveBytes: 5, beforeMs: 21_000 } });
  await pass(owners, 21_000);
  expect(owners.glance()).toMatchObject({ look: { liveBytes: 8 }, first: { liveBytes: 5, beforeMs: 42_000 } });
});

test('quick looks are five seconds apart', async () => {
  const find = finder([], 10);
  await pass(new OwnersWatch(find), 20_000);
  expect(find).toHaveBeenCalledTimes(4);
});

test('why a look failed is said until one does not; that the process has ended is said elsewhere', async () => {
  const failing = new OwnersWatch(finder([lookOf(5), new OffheapError('NO_PERMISSION', 'Not allowed.')], 10));
  await pass(failing, 6000);
  expect(failing.glance()).toMatchObject({ look: { liveBytes: 5 }, problem: 'Not allowed.' });
  await pass(failing, 6000);
  expect(failing.glance().problem).toBeUndefined();
  const ended = new OwnersWatch(finder([lookOf(5), new OffheapError('PROCESS_ENDED', 'It has ended.')], 10));
  await pass(ended, 6000);
  expect(ended.glance()).toMatchObject({ look: { liveBytes: 5 } });
  expect(ended.glance().problem).toBeUndefined();
});

test('a look that is called off is no problem, and the next one is five seconds later', async () => {
  const find = finder([], 1000);
  const owners = new OwnersWatch(find);
  await pass(owners, 100);
  owners.callOff();
  expect(find.mock.calls[0]?.[0].aborted).toBe(true);
  await pass(owners, 4900);
  expect(owners.glance()).toEqual({});
  expect(find).toHaveBeenCalledTimes(1);
  await pass(owners, 300);
  expect(find).toHaveBeenCalledTimes(2);
});
