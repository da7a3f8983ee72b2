import { expect, test } from 'vitest';
import {
  formatCount,
  formatMiB,
  formatMiBTenths,
  formatPercent,
  formatRatio,
  formatSeconds,
  formatSmallMiB,
  parseByteSize,
  parseDuration,
  parseInteger,
} from '../../../src/model/units.ts';

test.each([
  ['512m', 536_870_912],
  ['1g', 1_073_741_824],
  ['1.5G', 1_610_612_736],
  ['64MB', 67_108_864],
  ['64MiB', 67_108_864],
  ['4096', 4096],
  ['8k', 8192],
])('size %s is %i bytes', (text, bytes) => {
  expect(parseByteSize(text, '--heap')).toBe(bytes);
});

test.each([
  ['250ms', 250],
  ['5s', 5000],
  ['5', 5000],
  ['2m', 120_000],
  ['0.5s', 500],
  ['1h', 3_600_000],
])('duration %s is %i ms', (text, ms) => {
  expect(parseDuration(text, '--settle')).toBe(ms);
});

test('the longest duration is one that a timer of Node can wait', () => {
  expect(parseDuration('596h', '--for')).toBe(2_145_600_000);
  for (const text of ['596.01h', '600h', '35760.1m', '9'.repeat(400)]) {
    expect(() => parseDuration(text, '--for')).toThrow(`Expected --for to be at most 596h, got "${text}".`);
  }
});

test.each(['', 'x', '-1g', '1t', '1 g'])('refuses %j as a size, naming the option and what it got', (text) => {
  expect(() => parseByteSize(text, '--heap')).toThrow(
    `Expected --heap to be a size such as 512m or 1g, got ${JSON.stringify(text)}.`,
  );
});

test.each(['', '5 s', '-5s', '5d'])('refuses %j as a duration', (text) => {
  expect(() => parseDuration(text, '--settle')).toThrow('Expected --settle to be a duration such as 500ms, 5s or 2m');
});

test.each(['0', '1025', '1.5', '8x', ''])('refuses %j as a number of threads', (text) => {
  expect(() => parseInteger(text, '--threads', { min: 1, max: 1024 })).toThrow(
    'Expected --threads to be a whole number from 1 to 1024',
  );
});

test('figures of tables: MiB with separators, seconds', () => {
  expect(formatMiB(1_066_758_144)).toBe('1,017');
  expect(formatSeconds(1234)).toBe('1.2 s');
  expect(formatSeconds(120_000)).toBe('120 s');
  expect(formatMiBTenths(1_066_758_144)).toBe('1,017.3');
  expect([10_433_331, 10_485_760, -10_433_331].map(formatSmallMiB)).toEqual(['9.9', '10', '-9.9']);
  expect([1234.5678, -0.4, 0].map(formatCount)).toEqual(['1,235', '0', '0']);
  expect([-1, -52_428, -52_429].map(formatSmallMiB)).toEqual(['0.0', '0.0', '-0.1']);
  expect([-1, -52_428, -52_429].map(formatMiBTenths)).toEqual(['0.0', '0.0', '-0.1']);
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect([0.996, -0.004].map(formatPercent)).toEqual(['100 %', '0 %']);
  expect(formatRatio(1.005)).toBe('1.00×');
});
