import { expect, test } from 'vitest';
import { renderSlowest } from '../slowest-reporter.ts';

test('the longest first, with their share of the whole', () => {
  expect(
    renderSlowest('files', [
      { name: 'b.test.ts', ms: 1949 },
      { name: 'a.test.ts', ms: 103_051 },
    ]),
  ).toBe(['Slowest 2 of 2 files, 100 % of their time, in seconds:', '  103.1  a.test.ts', '    1.9  b.test.ts'].join('\n'));
});

test('twenty of them', () => {
  const all = Array.from({ length: 83 }, (_, index) => ({ name: `${index}`.padStart(2, '0'), ms: index < 20 ? 4000 : 0 }));
  const lines = renderSlowest('tests', all.toReversed()).split('\n');
  expect(lines[0]).toBe('Slowest 20 of 83 tests, 100 % of their time, in seconds:');
  expect(lines.slice(1)).toEqual(Array.from({ length: 20 }, (_, index) => `    4.0  ${`${index}`.padStart(2, '0')}`));
});
