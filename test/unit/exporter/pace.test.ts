import { expect, onTestFinished, test, vi } from 'vitest';
import { Pace } from '../../../src/exporter/pace.ts';

function burn(ms: number): void {
  const before = process.cpuUsage();
  for (let used = 0; used < ms; ) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
}

/** Time that stands still unless it is told to go on: what the machine leaves of it to this process is no matter. */
function stopClock() {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  onTestFinished(() => clock.mockRestore());
  return clock;
}

test('what was spent over the burst has to be earned at the share', async () => {
  stopClock();
  const pace = new Pace(0.01, 10);
  expect(pace.waitMs()).toBe(0);
  await pace.spend(async () => burn(30));
  // 20 ms are owed, at 1 % two seconds of waiting.
  expect(pace.waitMs()).toBeGreaterThanOrEqual(2000);
});

test('work that fails is paid for as well', async () => {
  stopClock();
  const pace = new Pace(0.01, 10);
  const failing = pace.spend(async () => {
    burn(30);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(pace.waitMs()).toBeGreaterThanOrEqual(2000);
});

test('nothing is earned beyond the burst', async () => {
  const clock = stopClock();
  const pace = new Pace(1, 10);
  clock.mockReturnValue(1_000_000);
  expect(pace.waitMs()).toBe(0);
  await pace.spend(async () => burn(30));
  expect(pace.waitMs()).toBeGreaterThanOrEqual(20);
  clock.mockReturnValue(1_000_300);
  expect(pace.waitMs()).toBe(0);
});
