import { expect, test } from 'vitest';
import { parsePressure } from '../../../src/parse/pressure.ts';

/** Of Linux 6.18: a group of two processes that read a file of 160 MiB at random within 48 MiB. */
const recorded = `some avg10=0.13 avg60=0.15 avg300=0.04 total=161890
full avg10=0.13 avg60=0.15 avg300=0.04 total=154271
`;

test('averages are shares, the total milliseconds', () => {
  expect(parsePressure(recorded)).toEqual({
    some: { avg10Share: 0.0013, avg60Share: 0.0015, totalMs: 161.89 },
    full: { avg10Share: 0.0013, avg60Share: 0.0015, totalMs: 154.271 },
  });
  expect(parsePressure(recorded.replaceAll(/=0\.\d\d/g, '=100.00'))?.some).toMatchObject({ avg10Share: 1, avg60Share: 1 });
});

test('text of another shape, or half of it, is none', () => {
  for (const text of [
    '',
    'some avg10=0.00',
    recorded.replace(/^full.*\n/m, ''),
    recorded.replaceAll('total=', 'sum='),
    recorded.replace('0.13', '-1'),
  ])
    expect(parsePressure(text)).toBeUndefined();
});
