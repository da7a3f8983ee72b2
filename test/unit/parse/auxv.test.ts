import { expect, test } from 'vitest';
import { parsePageSize } from '../../../src/parse/auxv.ts';

test('auxv: AT_PAGESZ is entry 6', () => {
  const auxv = Buffer.alloc(48);
  auxv.writeBigUInt64LE(33n, 0);
  auxv.writeBigUInt64LE(6n, 16);
  auxv.writeBigUInt64LE(16_384n, 24);
  expect(parsePageSize(auxv)).toBe(16_384);
  expect(parsePageSize(auxv.subarray(0, 16))).toBeUndefined();
  expect(parsePageSize(Buffer.alloc(7))).toBeUndefined();
});
