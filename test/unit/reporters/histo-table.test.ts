import { expect, test } from 'vitest';
import { renderHistoTable } from '../../../src/reporters/histo-table.ts';
import { arenasOf, figures, mallocOf, mib } from '../../fixtures/evidence.ts';

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

test('what is in tcaches and fastbins is free, what was not read is neither, and the share that was read is said', () => {
  const totals = {
    ...figures(50, { pageBytes: 7 }),
    ...{ unknownBytes: mib(5), tcacheBytes: mib(3), unreadableBytes: mib(20), unreadableRssBytes: mib(11) },
  };
  const mmapped = { chunks: 1, sizeBytes: mib(43), rssBytes: mib(43) };
  const text = renderHistoTable(mallocOf(totals, { mmapped, consistency: 0.7 }), {
    arenas: false,
    color: false,
    width: 120,
    tableWidth: 120,
  });
  for (const row of [/│ in all +│ 57\.0 MiB │/, /│ in use +│ 36\.0 MiB │/, /tcaches of threads: nothing does +│ +3\.0 MiB │/])
    expect(text).toMatch(row);
  expect(text).toMatch(/│ could not be read: in use or free +│ 11\.0 MiB │/);
  expect(text).toContain('\n89.0 % of malloc’s 100 MiB were read. The rest');
});

test('blocks of their own mapping have a table by size', () => {
  const sizes = [
    { chunkBytes: 1_052_672, chunks: 163 },
    { chunkBytes: 8_392_704, chunks: 3 },
  ];
  const mmapped = { chunks: 166, sizeBytes: mib(188), rssBytes: mib(188), sizes };
  const text = renderHistoTable(mallocOf(figures(9), { mmapped }), { arenas: false, color: false, width: 120, tableWidth: 120 });
  expect(text).toMatch(/│ mmapped chunk size │ chunks │ +size │/);
  expect(text).toMatch(/│ 1,052,672 B +│ +163 │ 163\.6 MiB │\n│ 8,392,704 B +│ +3 │ +24\.0 MiB │/);
});
