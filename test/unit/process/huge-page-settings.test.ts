import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readHugePageSettings } from '../../../src/process/huge-page-settings.ts';

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-huge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'khugepaged'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('what Linux 6.18 tells', () => {
  const folder = folderWith({
    hpage_pmd_size: '2097152\n',
    enabled: 'always [madvise] never\n',
    defrag: 'always defer [defer+madvise] madvise never\n',
    'khugepaged/max_ptes_none': '511\n',
    shrink_underused: '1\n',
  });
  expect(readHugePageSettings(folder)).toEqual({
    pageBytes: 2 ** 21,
    enabled: 'madvise',
    defrag: 'defer+madvise',
    maxPtesNone: 511,
    shrinksUnderused: true,
  });
});

test('what is missing, or of another shape, is absent', () => {
  expect(
    readHugePageSettings(folderWith({ hpage_pmd_size: '2097152\n', enabled: 'on', 'khugepaged/max_ptes_none': '-1' })),
  ).toEqual({
    pageBytes: 2 ** 21,
  });
  expect(readHugePageSettings(folderWith({ enabled: '[always]' }))).toBeUndefined();
  expect(readHugePageSettings(folderWith({ hpage_pmd_size: 'x'.repeat(5000) }))).toBeUndefined();
  expect(readHugePageSettings('/nowhere')).toBeUndefined();
});
