import { expect, test } from 'vitest';
import { type Column, left, measuredColumns, notMeasured, right, shown, toTable } from '../../../src/reporters/columns.ts';
import { drawTable } from '../../../src/reporters/terminal-table.ts';
import { plainText } from '../../fixtures/terminal.ts';

interface Fruit {
  name: string;
  grams?: number;
  seeds?: number;
}

const columns: Column<Fruit>[] = [
  left('fruit', ({ name }) => name),
  right('grams', ({ grams }) => shown(grams, String)),
  right('seeds', ({ seeds }) => shown(seeds, String)),
];

test('a heading stands above its own cells, and a column without any figure is left out', () => {
  const rows: Fruit[] = [{ name: 'apple', grams: 180 }, { name: 'fig' }];
  const measured = measuredColumns(columns, rows);
  expect(measured.map(({ heading }) => heading)).toEqual(['fruit', 'grams']);
  expect(toTable(measured, rows).rows).toEqual([
    ['apple', '180'],
    ['fig', notMeasured],
  ]);
});

test('names to the left, numbers to the right; a heading may stand elsewhere than its cells', () => {
  const bars: Column<Fruit>[] = [...columns.slice(0, 2), { ...left('weight in all', () => '█'), headingAlign: 'right' }];
  expect(drawTable(toTable(bars, [{ name: 'fig', grams: 5 }]), plainText)).toBe(
    [
      '┌───────┬───────┬───────────────┐',
      '│ fruit │ grams │ weight in all │',
      '├───────┼───────┼───────────────┤',
      '│ fig   │     5 │ █             │',
      '└───────┴───────┴───────────────┘',
    ].join('\n'),
  );
  const narrow: Column<Fruit>[] = [{ ...left<Fruit>('n', () => 'wide'), headingAlign: 'right' }];
  expect(drawTable(toTable(narrow, [{ name: 'fig' }]), plainText).split('\n')[1]).toBe('│    n │');
});
