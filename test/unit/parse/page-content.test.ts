import { describe, expect, test } from 'vitest';
import { classifyPage, escapeBytes, excerptOf } from '../../../src/parse/page-content.ts';

const page = (content: string | number[], at = 0) => {
  const bytes = Buffer.alloc(4096, 0x81);
  Buffer.from(typeof content === 'string' ? Buffer.from(content, 'latin1') : content).copy(bytes, at);
  return bytes;
};

describe('what a page looks like', () => {
  test.each([
    ['zeros', Buffer.alloc(4096)],
    ['class file', page([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61], 2000)],
    ['binary', page([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2])],
    ['binary', page([0xca, 0xfe, 0xba, 0xbe], 4092)],
    ['zip entry', page('PK\x03\x04', 100)],
    ['zip entry', page('PK\x01\x02')],
    ['ELF', page('\x7fELF')],
    ['class names', page('java/lang/Object org.example.Main com/acme/a/B$C')],
    ['class names', page('\x01Lx.y.Aa;9b/c/Dd$e\0a.Bc.d.Ee')],
    ['binary', page('a.B a.b.C/a.Bb a/b/ Cc a.b a.9b.Cc')],
    ['binary', page('java/lang/Object org.example.Main')],
    ['text', page('x'.repeat(3072))],
    ['binary', page('x'.repeat(3071))],
    ['binary', page('')],
  ])('%s', (content, bytes) => {
    expect(classifyPage(bytes)).toBe(content);
  });
});

test('the longest run of text stands for the page, and cannot drive a terminal', () => {
  expect(excerptOf(page('short\0a longer one\0x'))).toBe('a longer one');
  expect(excerptOf(page('tiny!'))).toBeUndefined();
  expect(excerptOf(page('a\tb back\\slash'))).toBe('a\\x09b back\\x5cslash');
  expect(escapeBytes('\x1b[2J\x00é')).toBe('\\x1b[2J\\x00\\xe9');
  expect(excerptOf(page('y'.repeat(4096)))).toHaveLength(60);
});
