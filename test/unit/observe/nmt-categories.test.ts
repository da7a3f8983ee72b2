import { expect, test } from 'vitest';
import { nmtCategory } from '../../../src/observe/nmt-categories.ts';

/** Seen on JVMs of 17, 25, 26, 27 and 28: direct buffers are "Other". 18 is where GCCardSet came, by its source. */
test.each([
  { jdk: 17, internal: 8, other: 9, symbol: 10, arena: 13 },
  { jdk: 18, internal: 9, other: 10, symbol: 11, arena: 14 },
  { jdk: 26, internal: 9, other: 10, symbol: 11, arena: 14 },
  { jdk: 27, internal: 8, other: 9, symbol: 10, arena: 13 },
  { jdk: 28, internal: 8, other: 9, symbol: 10, arena: 13 },
])('categories of JDK $jdk by number', ({ jdk, internal, other, symbol, arena }) => {
  expect([internal, other, symbol, arena].map((number) => nmtCategory(jdk, number))).toEqual([
    'Internal',
    'Other',
    'Symbol',
    'Arena Chunk',
  ]);
  expect(nmtCategory(jdk, 6)).toBe(jdk < 18 ? 'Compiler' : 'GCCardSet');
  expect(nmtCategory(jdk, 99)).toBe('others');
});
