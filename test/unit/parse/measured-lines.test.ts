import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseMetricLine } from '../../../src/parse/metric-line.ts';
import { parseResourceUse } from '../../../src/parse/proc-stat.ts';

test.each([
  ['@metric p99=3.5', { name: 'p99', value: 3.5 }],
  ['@metric rate=1e3 better=higher', { name: 'rate', value: 1000, better: 'higher' }],
  ['@metric a.b-c=-2 better=lower ', { name: 'a.b-c', value: -2, better: 'lower' }],
  ['@metric p99=', undefined],
  ['@metric p99=3s', undefined],
  ['@metric p99=1e999', undefined],
  ['@metric p99=1 better=maybe', undefined],
  [' @metric p99=1', undefined],
])('%s', (line, metric) => {
  expect(parseMetricLine(line)).toEqual(metric);
});

test('what a process used, whatever its name is', () => {
  const stat = '7 (a) b (c) S 1 7 7 0 -1 4194560 101 202 3 4 150 25 9 9 20 0 1 0 99 1000 10';
  expect(parseResourceUse(stat)).toEqual({ cpuMs: 1750, minorFaults: 101, majorFaults: 3 });
  expect(parseResourceUse('')).toBeUndefined();
  const own = parseResourceUse(readFileSync('/proc/self/stat', 'utf8'));
  expect(own?.cpuMs).toBeLessThanOrEqual(process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000 + 20);
  expect(own?.minorFaults).toBeGreaterThan(1000);
});
