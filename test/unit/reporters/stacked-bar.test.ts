import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stackedBar } from '../../../src/reporters/stacked-bar.ts';

test('each part has its share', () => {
  const parts = [
    { glyph: 'a', bytes: 500 },
    { glyph: 'b', bytes: 250 },
    { glyph: 'c', bytes: 250 },
  ];
  expect(stackedBar(parts, 8)).toBe('aaaabbcc');
});

test('the bar has exactly its width, in the order of its parts', () => {
  const part = fc.record({ bytes: fc.integer({ min: 1, max: 2 ** 40 }) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 200 }), (parts, width) => {
      const glyphs = [...'abcdefg'];
      const bar = stackedBar(
        parts.map(({ bytes }, index) => ({ glyph: glyphs[index] ?? '?', bytes })),
        width,
      );
      expect(bar).toHaveLength(width);
      expect([...bar].toSorted().join('')).toBe(bar);
    }),
  );
});
