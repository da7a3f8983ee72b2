import { expect, test } from 'vitest';
import { parseCpuPressureMs, parseCpuTimes, parseLoadAverage, parseThrottling } from '../../../src/parse/cpu-times.ts';
import { parseFamilyCpuMs } from '../../../src/parse/proc-stat.ts';

test('/proc/stat of Linux 6.18: idle and waiting for a disk, stolen, and the sum without the guests', () => {
  const text = 'cpu  101 2 31 1009 17 3 5 23 71 7\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n';
  expect(parseCpuTimes(text)).toEqual({ capacityMs: 11_910, idleMs: 10_260, stealMs: 230 });
  expect(parseCpuTimes('cpu  1 2 3\n')).toBe(undefined);
  expect(parseCpuTimes('cpu  1 2 3 x 5 6 7 8\n')).toBe(undefined);
  expect(parseCpuTimes('')).toBe(undefined);
});

test('/proc/loadavg and /proc/pressure/cpu', () => {
  expect(parseLoadAverage('1.97 1.96 3.89 2/341 4711\n')).toBe(1.97);
  expect(parseLoadAverage('none')).toBe(undefined);
  const some = 'some avg10=7.44 avg60=8.86 avg300=9.04 total=1031\n';
  expect(parseCpuPressureMs(`${some}full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n`)).toBe(1.031);
  expect(parseCpuPressureMs('full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n')).toBe(undefined);
});

test('cpu.stat of both versions; without a period there is no quota', () => {
  expect(parseThrottling('nr_periods 97\nnr_throttled 13\nthrottled_time 1009000000\n')).toEqual({
    periods: 97,
    throttledPeriods: 13,
    throttledMs: 1009,
  });
  const two =
    'usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 97\nnr_throttled 13\nthrottled_usec 1009000\nnr_bursts 0\nburst_usec 0\n';
  expect(parseThrottling(two)).toEqual({ periods: 97, throttledPeriods: 13, throttledMs: 1009 });
  expect(parseThrottling('nr_periods 0\nnr_throttled 0\nthrottled_time 0\n')).toBe(undefined);
  expect(parseThrottling('usage_usec 5\n')).toBe(undefined);
});

test('the time of a process and of the children that it has waited for', () => {
  const fields = ['S', ...Array.from({ length: 10 }, () => '0'), '7', '11', '13', '17', '20'];
  expect(parseFamilyCpuMs(`42 (a b) c) ${fields.join(' ')}`)).toBe(480);
  expect(parseFamilyCpuMs('nothing')).toBeNaN();
});
