import { expect, test } from 'vitest';
import { textOf, toHex } from '../../../src/parse/block-content.ts';

const bytesOf = (text: string) => Buffer.from(text, 'latin1');

test('what most of is printable is text, without the zeros behind it, and cannot drive a terminal', () => {
  expect(textOf(bytesOf('SELECT 1\0\0\0\0\0\0\0\0\0\0\0\0'))).toBe('SELECT 1');
  expect(textOf(bytesOf('one\ntwo \x1b[2J'))).toBe('one\\x0atwo \\x1b[2J');
  expect(textOf(bytesOf('abc\x01'))).toBe('abc\\x01');
});

test.each([
  ['three of five', 'abc\x01\x02'],
  ['zeros', '\0\0\0\0'],
  ['nothing', ''],
])('%s is none', (_, content) => {
  expect(textOf(bytesOf(content))).toBeUndefined();
});

test('two digits a byte', () => {
  expect(toHex(bytesOf('\0\x0f\xff A'))).toBe('000fff2041');
});
