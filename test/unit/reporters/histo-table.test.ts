import { expect, test } from 'vitest';
import { renderHistoTable } from '../../../src/reporters/histo-table.ts';
import { arenasOf, figures, mallocOf } from '../../fixtures/evidence.ts';

test('arenas that are not listed are counted, and told below the table', () => {
  const otherArenas = { ...figures(3), count: 48_977, heaps: 50_011 };
  const text = renderHistoTable(mallocOf(figures(9), { arenas: arenasOf(2), otherArenas }), {
    arenas: true,
    color: false,
    width: 200,
    tableWidth: 200,
  });
  expect(text).toContain('50,014 heaps of 48,980 arenas and');
  expect(text).toContain('\n48,977 more arenas keep less: 3.0 MiB RSS, 3.0 MiB live.\n');
});
