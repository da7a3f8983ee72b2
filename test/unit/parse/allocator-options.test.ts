import { expect, test } from 'vitest';
import { mimallocMeans, parseJemallocOptions, parseMimallocOptions } from '../../../src/parse/allocator-options.ts';

test('options of mimalloc, with the unit that 2.1 and later write', () => {
  const text = `mimalloc: process init: 0x7F89D9410740
mimalloc: option 'purge_delay': 0 \nmimalloc: option 'reserve_huge_os_pages_at': -1
mimalloc: option 'arena_reserve': 1048576 KiB
`;
  expect([...parseMimallocOptions(text)]).toEqual([
    ['purge_delay', '0'],
    ['reserve_huge_os_pages_at', '-1'],
    ['arena_reserve', '1048576 KiB'],
  ]);
});

test.each([
  ['purge_delay', '0', '0', true],
  ['purge_delay', '10', '0', false],
  ['purge_delay', '1', 'soon', false],
  ['verbose', '1', 'ON', true],
  ['verbose', '1', 'no', false],
  ['arena_reserve', '1048576 KiB', '1GiB', true],
  ['arena_reserve', '1048576 KiB', '1g', true],
  ['arena_reserve', '1048576 KiB', '1073741824', true],
  ['arena_reserve', '1048576 KiB', '1048576', false],
  ['arena_reserve', '64 KiB', '63.5k', false],
  ['reserve_os_memory', '1', '1000', true],
  ['reserve_os_memory', '2', '1000', false],
] as const)('mimalloc with %s: %s has taken %s: %s', (name, reported, wanted, taken) => {
  expect(mimallocMeans(name, reported, wanted)).toBe(taken);
});

test('jemalloc 5.3 writes its options on one line', () => {
  const text =
    '<jemalloc>: Invalid conf pair: dirty_decay:1\n{"jemalloc":{"version":"5.3.0-0-g54eaed1d","config":{"debug":false},"opt":{"narenas":8,"dss":"secondary"},"arenas":{}}}';
  expect(parseJemallocOptions(text)).toEqual({
    version: '5.3.0-0-g54eaed1d',
    options: new Map([
      ['narenas', '8'],
      ['dss', 'secondary'],
    ]),
    complaints: ['Invalid conf pair: dirty_decay:1'],
  });
});

test('jemalloc 5.2 indents them, and breaks off after them', () => {
  const text =
    '{\n\t"jemalloc": {\n\t\t"version": "5.2.1-0-gea6b3e97",\n\t\t"opt": {\n\t\t\t"background_thread": true,\n\t\t\t"muzzy_decay_ms": 0\n\t\t},\n\t\t"arenas": {\n\t\t\t"lextent": [\n\t\t\t\t{\n\t\t\t\t\t"size": ';
  expect(parseJemallocOptions(text)).toEqual({
    version: '5.2.1-0-gea6b3e97',
    options: new Map([
      ['background_thread', 'true'],
      ['muzzy_decay_ms', '0'],
    ]),
    complaints: [],
  });
});

test('text without them has none', () => {
  expect(parseJemallocOptions('true: command not found')).toBeUndefined();
  expect(parseJemallocOptions('{"jemalloc":{"version":"5.3.0","opt":{"narenas":')).toBeUndefined();
});
