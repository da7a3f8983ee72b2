import { expect, test } from 'vitest';
import { parseJemallocOptions } from '../../../src/parse/allocator-options.ts';

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
