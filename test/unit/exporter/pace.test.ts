import { expect, onTestFinished, test, vi } from 'vitest';
import { cheapLookMs, Pace } from '../../../src/exporter/pace.ts';

/** Time that goes on, and processor time that is used, when they are told to: what the machine leaves of it to this process is no matter. */
function stopClock() {
  let now = 0;
  let usedMs = 500;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const usage = vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 400, system: usedMs * 600 }));
  onTestFinished(() => {
    clock.mockRestore();
    usage.mockRestore();
  });
  return {
    pass: (ms: number) => {
      now += ms;
    },
    use: (ms: number) => {
      usedMs += ms;
    },
  };
}

/** Beside what is missing, for waking up. */
const wakingMs = 5;

test('a look is begun when what it is expected to cost was earned, at three quarters of the share', async () => {
  const { use, pass } = stopClock();
  const pace = new Pace(0.01, 10);
  expect(pace.waitMs(10)).toBe(0);
  expect(await pace.look('common', async () => use(30))).toBe(30);
  expect(pace.waitMs(4)).toBeCloseTo((24 + wakingMs) / 0.0075);
  pass(23.9 / 0.0075);
  expect(pace.waitMs(4)).toBeCloseTo((0.1 + wakingMs) / 0.0075);
  pass(0.2 / 0.0075);
  expect(pace.waitMs(4)).toBe(0);
  // More than the burst is never there.
  expect(pace.waitMs(1000)).toBeCloseTo((10 - 4.1 + wakingMs) / 0.0075);
});

test('a look that fails is paid for as well', async () => {
  const { use } = stopClock();
  const pace = new Pace(0.01, 10);
  const look = async () => {
    use(30);
    throw new Error('no');
  };
  await expect(pace.look('common', look)).rejects.toThrow('no');
  expect(pace.waitMs(1)).toBeCloseTo((21 + wakingMs) / 0.0075);
});

test('what is used beside looks, as by scrapes and discoveries, is paid before the next look', async () => {
  const { use, pass } = stopClock();
  const pace = new Pace(0.01, 10);
  await pace.look('common', async () => use(30));
  pass(1);
  use(31);
  expect(pace.waitMs(1)).toBeCloseTo((52 + wakingMs - 0.0075) / 0.0075);
});

test('where all else uses the whole share and more, looks have a quarter of it all the same', async () => {
  const { use, pass } = stopClock();
  const pace = new Pace(0.01, 10);
  await pace.look('common', async () => use(5));
  use(9000);
  expect(pace.waitMs(5)).toBeCloseTo(5 / 0.0025);
  pass(5 / 0.0025);
  expect(pace.waitMs(5)).toBe(0);
});

test('nothing is earned beyond the burst but savings, and no more of these than five seconds', () => {
  const { pass } = stopClock();
  const pace = new Pace(1, 10);
  pass(15);
  // Three quarters of 15 ms went beyond the full burst, and a quarter was saved: of the ten that were lent first, none are owed.
  expect(pace.saveMs(5, true)).toBe(0);
  expect(pace.saveMs(6, true)).toBeCloseTo((1 + wakingMs) * 4);
  pass(1e6);
  expect(pace.saveMs(1e9, true)).toBe(0);
  expect(pace.saveMs(1e9, false)).toBe(0);
});

test('a look that costs more than a cheap one is paid from the savings, which begin with the debt of the burst', async () => {
  const { use } = stopClock();
  const pace = new Pace(0.01, 1000);
  await pace.look('common', async () => use(cheapLookMs + 400));
  // The common time has paid for a cheap look alone.
  expect(pace.waitMs(900)).toBe(0);
  expect(pace.saveMs(50, true)).toBeCloseTo((1000 + 400 + 50 + wakingMs) / 0.0025);
  await pace.look('savings', async () => use(50));
  expect(pace.waitMs(900)).toBe(0);
  expect(pace.saveMs(50, true)).toBeCloseTo((1000 + 450 + 50 + wakingMs) / 0.0025);
});

test('common time that no look waits for is lent to one that saves', async () => {
  const { use, pass } = stopClock();
  const pace = new Pace(0.01, 1000);
  expect(pace.saveMs(100, false)).toBeCloseTo((100 + wakingMs) / 0.01);
  // What was lent first is saved: a quarter of what was earned, and the rest, for which the full burst had no place.
  pass(100_000);
  expect(pace.saveMs(1000, true)).toBeCloseTo((1000 + wakingMs) / 0.0025);
  expect(pace.saveMs(1000, false)).toBe(0);
  await pace.look('savings', async () => use(1000));
  // Both purses are empty.
  expect(pace.saveMs(100, false)).toBeCloseTo((100 + wakingMs) / 0.01);
  use(9);
  expect(pace.waitMs(1)).toBeCloseTo((10 + wakingMs) / 0.0075);
});

test('in any time no more is used than was earned in it', async () => {
  const { use, pass } = stopClock();
  const share = 0.01;
  const pace = new Pace(share);
  let usedMs = 0;
  const endsAt = 3600_000;
  for (let now = 0; now < endsAt; now += 250) {
    pass(250);
    if (now % 15_000 === 0) {
      use(20);
      usedMs += 20;
    }
    for (const [purse, costMs] of [
      ['common', 25],
      ['savings', 3500],
    ] as const) {
      if ((purse === 'common' ? pace.waitMs(costMs) : pace.saveMs(costMs, true)) > 0) continue;
      await pace.look(purse, async () => use(costMs));
      usedMs += costMs;
    }
  }
  expect(usedMs).toBeLessThanOrEqual(share * endsAt + 25);
  // And all but what the next costly look has saved up.
  expect(usedMs).toBeGreaterThan(share * endsAt - 3500 - 1000);
});

test("the processor's own account is what is charged", async () => {
  const pace = new Pace(0.01, 0);
  const before = process.cpuUsage();
  const usedMs = await pace.look('common', async () => {
    for (let used = 0; used < 30_000; ) {
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    }
  });
  // The kernel's account of a busy machine may step back by a tick or two.
  expect(usedMs).toBeGreaterThan(10);
  expect(pace.waitMs(0)).toBeGreaterThan(1000);
});

test('discoveries use an eighth of the share at most', () => {
  const pace = new Pace(0.01);
  expect(pace.discoveryPauseMs(20)).toBeCloseTo(16_000);
  expect(pace.discoveryPauseMs(9000)).toBeCloseTo(200_000);
});
