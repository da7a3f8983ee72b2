import { expect, test } from 'vitest';
import { parseChosen } from '../../../src/parse/chosen.ts';

test.each([
  ['always [madvise] never\n', 'madvise'],
  ['always defer [defer+madvise] madvise never', 'defer+madvise'],
  ['madvise', undefined],
  ['[]', undefined],
  ['[a b]', undefined],
  ['] [', undefined],
])('%j', (text, chosen) => {
  expect(parseChosen(text)).toBe(chosen);
});
