import { lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { behindPlainPath, isPlain, plainCopy, plainPath } from '../../../src/process/plain-path.ts';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'offheap-plain-'));
const library = join(folder, 'my lib:x.so.2');
writeFileSync(library, 'library');
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['/usr/lib/libjemalloc.so.2', '/opt/größe/libmeter.so'])('%s keeps its own name', (path) => {
  expect(plainPath(path, folder)).toBe(path);
  expect(behindPlainPath(path)).toBe(path);
});

test.each(['/a b/x.so', '/a:b/x.so', '/$LIB/x.so', '/a\tb/x.so', "/it's/x.so"])(
  '%s cannot stand in LD_PRELOAD or in JVM options',
  (path) => {
    expect(isPlain(path)).toBe(false);
  },
);

test('a link under a plain name leads to the library, and tells which it is', () => {
  const link = plainPath(library, folder);
  expect(isPlain(link)).toBe(true);
  expect(link).toMatch(/\/my_lib_x\.so\.2$/);
  expect(realpathSync(link)).toBe(library);
  expect(behindPlainPath(link)).toBe(library);
});

test('a copy is a file of its own', () => {
  const copy = plainCopy(library, folder);
  expect(isPlain(copy) && lstatSync(copy).isFile() && readFileSync(copy, 'utf8')).toBe('library');
});

test('no folder with a plain name: one sentence', () => {
  expect(() => plainPath(library, '/a b')).toThrow(
    'Expected a folder for temporary files without space or colon in its name, found /a b: neither LD_PRELOAD nor a class path can quote. Name another one: TMPDIR=/var/tmp',
  );
});
