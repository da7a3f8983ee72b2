import { expect, test } from 'vitest';
import { parsePressure } from '../../../src/parse/pressure.ts';
import { groupPressure, hostPressure } from '../../fixtures/pressure.ts';

test('averages are shares, the total milliseconds', () => {
  expect(parsePressure(groupPressure)).toEqual({
    some: { avg10Share: 0.6169, avg60Share: 0.1921, totalMs: 14_474.708 },
    full: { avg10Share: 0.6136, avg60Share: 0.1912, totalMs: 14_392.145 },
  });
  expect(parsePressure(hostPressure)?.full).toEqual({ avg10Share: 0.6085, avg60Share: 0.1893, totalMs: 15_868.515 });
  expect(parsePressure(groupPressure.replaceAll(/=\d+\.\d\d/g, '=100.00'))?.some).toMatchObject({ avg10Share: 1, avg60Share: 1 });
});

test.each([
  ['nothing', ''],
  ['the start of a line', 'some avg10=0.00'],
  ['half of it', groupPressure.replace(/^full.*\n/m, '')],
  ['another word', groupPressure.replaceAll('total=', 'sum=')],
  ['less than nothing', groupPressure.replace('61.69', '-1.00')],
])('%s is none', (_, text) => {
  expect(parsePressure(text)).toBeUndefined();
});
