import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { left, right, toTable } from '../../../src/reporters/columns.ts';
import { drawTable } from '../../../src/reporters/terminal-table.ts';
import { plainText } from '../../fixtures/terminal.ts';

interface Ship {
  name: string;
  tonnes: number;
}

const fleet: Ship[] = [
  { name: 'Ever Given, of Panama, 2018', tonnes: 220_940 },
  { name: '漁船 第十一 大漁丸', tonnes: 19 },
];
const table = toTable<Ship>(
  [
    left('ship', ({ name }) => name),
    right('tonnes', ({ tonnes }) => String(tonnes)),
    right('in kg', ({ tonnes }) => String(tonnes * 1000), 2),
    left('', ({ tonnes }) => '█'.repeat(Math.ceil(tonnes / 50_000)), 3),
    right('in\nmegatonnes', ({ tonnes }) => String(tonnes / 1e6), 1),
  ],
  fleet,
);
const draw = (tableWidth: number) => drawTable(table, { ...plainText, tableWidth });
const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => stringWidth(line)));

test('a table that fits keeps all of its columns', () => {
  const whole = draw(Number.POSITIVE_INFINITY);
  expect(draw(widthOf(whole))).toBe(whole);
  expect(whole).toMatch(/in kg.*megatonnes|megatonnes/);
});

test('columns go by their rank, and are named below unless they are bars', () => {
  const width = widthOf(draw(Number.POSITIVE_INFINITY));
  const withoutBar = draw(width - 1);
  expect(withoutBar).not.toContain('█');
  expect(withoutBar).not.toContain('Not shown');
  const narrower = draw(widthOf(withoutBar) - 1);
  expect(narrower).toMatch(/\nNot shown in \d+ columns: in kg\.$/);
  expect(draw(40)).toContain('Not shown in 40 columns: in kg, in megatonnes.');
});

test.each([39, 30])('in %d columns names are cut in the middle, and figures never', (tableWidth) => {
  const drawn = draw(tableWidth).split('\nNot shown')[0] ?? '';
  expect(widthOf(drawn)).toBeLessThanOrEqual(tableWidth);
  expect(drawn).toMatch(/│ Ever.*….*8 +│ 220940 │/);
});
