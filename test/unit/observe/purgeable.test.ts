import { describe, expect, test } from 'vitest';
import { findData } from '../../../src/observe/purgeable.ts';
import { parseMaps } from '../../../src/parse/maps.ts';

const mappings = parseMaps(
  [
    '7f0000000000-7f0000001000 r--p 00000000 08:01 11 /lib/libjemalloc.so.2',
    '7f0000001000-7f0000005000 r-xp 00001000 08:01 11 /lib/libjemalloc.so.2',
    '7f0000005000-7f0000006000 r--p 00005000 08:01 11 /lib/libjemalloc.so.2',
    '7f0000006000-7f0000007000 rw-p 00006000 08:01 11 /lib/libjemalloc.so.2',
    '7f0000007000-7f0000409000 rw-p 00000000 00:00 0 ',
    '7f0000409000-7f000040a000 rw-p 00000000 00:00 0 [anon:other]',
    '7f0000500000-7f0000501000 rw-p 00006000 08:01 12 /lib/libc.so.6',
    '7f0000600000-7f0000700000 rw-p 00000000 00:00 0 ',
    '',
  ].join('\n'),
);

describe('data of an object, and the zeroed memory behind it', () => {
  const data = { start: 0x7f0000006000, end: 0x7f0000409000 };
  test('by its path', () => expect(findData(mappings, '/lib/libjemalloc.so.2')).toEqual(data));
  test('by a link to it', () => expect(findData(mappings, '/usr/lib/libjemalloc.so')).toEqual(data));
  test('without zeroed memory', () =>
    expect(findData(mappings, '/lib/libc.so.6')).toEqual({ start: 0x7f0000500000, end: 0x7f0000501000 }));
  test('of none that is mapped', () => expect(findData(mappings, '/lib/libmimalloc.so')).toBeUndefined());
  test('of the program, which has no name', () => expect(findData(mappings, '')).toBeUndefined());
});
