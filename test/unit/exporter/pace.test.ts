import { expect, onTestFinished, test, vi } from 'vitest';
import { Pace } from '../../../src/exporter/pace.ts';

/** Time that stands still unless it is told to go on: what the machine leaves of it to this process is no matter. */
function stopClock() {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  onTestFinished(() => clock.mockRestore());
  return clock;
}

/** The next work uses so much of the processor, by the user's and the kernel's part. */
function workTakes(userMs: number, systemMs: number) {
  const usage = vi.spyOn(process, 'cpuUsage');
  onTestFinished(() => usage.mockRestore());
  usage.mockReturnValueOnce({ user: 70_000, system: 10_000 });
  usage.mockReturnValueOnce({ user: userMs * 1000, system: systemMs * 1000 });
  return usage;
}

test('what was spent over the burst has to be earned at the share', async () => {
  stopClock();
  const pace = new Pace(0.01, 10);
  expect(pace.waitMs()).toBe(0);
  const usage = workTakes(25, 5);
  expect(await pace.spend(async () => 'done')).toMatchObject({ result: 'done', excessMs: 0 });
  expect(usage.mock.calls).toEqual([[], [{ user: 70_000, system: 10_000 }]]);
  // 20 ms are owed, at three quarters of 1 % 2.7 seconds of waiting.
  expect(pace.waitMs()).toBeCloseTo(20 / 0.0075);
});

test('work that fails is paid for as well', async () => {
  stopClock();
  const pace = new Pace(0.01, 10);
  workTakes(30, 0);
  await expect(pace.spend(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(pace.waitMs()).toBeCloseTo(20 / 0.0075);
});

test('nothing is earned beyond the burst', async () => {
  const clock = stopClock();
  const pace = new Pace(1, 10);
  clock.mockReturnValue(1_000_000);
  expect(pace.waitMs()).toBe(0);
  workTakes(0, 30);
  await pace.spend(async () => {});
  expect(pace.waitMs()).toBeCloseTo(20 / 0.75);
  clock.mockReturnValue(1_000_027);
  expect(pace.waitMs()).toBe(0);
});

test('of what costs much a part alone is paid by all; the rest is a debt, and all debts together have a quarter of the share', async () => {
  stopClock();
  const pace = new Pace(0.01, 0);
  workTakes(4000, 250);
  expect(await pace.spend(async () => 'done')).toMatchObject({ result: 'done', excessMs: 4000 });
  expect(pace.waitMs()).toBeCloseTo(250 / 0.0075);
  expect(pace.debtMs(4000, 1)).toBeCloseTo(4000 / 0.0025);
  expect(pace.debtMs(4000, 5)).toBeCloseTo((5 * 4000) / 0.0025);
  expect(pace.debtMs(0, 5)).toBe(0);
});

test("the processor's own account is what is charged", async () => {
  stopClock();
  const pace = new Pace(0.01, 0);
  const before = process.cpuUsage();
  await pace.spend(async () => {
    for (let used = 0; used < 30_000; ) {
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    }
  });
  // The kernel's account of a busy machine may step back by a tick or two.
  expect(pace.waitMs()).toBeGreaterThan(1000);
});

test('discoveries use a quarter of the share at most', async () => {
  const pace = new Pace(0.01);
  workTakes(15, 5);
  const { usedMs } = await pace.spend(async () => 'done');
  expect(usedMs).toBe(20);
  expect(pace.discoveryPauseMs(usedMs)).toBeCloseTo(8000);
  expect(pace.discoveryPauseMs(9000)).toBeCloseTo(100_000);
});
