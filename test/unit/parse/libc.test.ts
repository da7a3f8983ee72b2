import { expect, test } from 'vitest';
import { libcOfFiles } from '../../../src/parse/libc.ts';

test.each([
  ['glibc', '/usr/lib/x86_64-linux-gnu/libc.so.6'],
  ['glibc', '/lib/x86_64-linux-gnu/libc-2.31.so'],
  ['musl', '/lib/ld-musl-x86_64.so.1'],
  ['musl', '/lib/libc.musl-aarch64.so.1'],
  ['musl', '/usr/lib/x86_64-linux-musl/libc.so'],
])('%s by %s', (libc, file) => {
  expect(libcOfFiles(['/usr/bin/java', file, '/usr/lib/libz.so.1'])).toBe(libc);
});

test('a static program has none, and what is only called alike is none', () => {
  expect(libcOfFiles(['/usr/bin/go'])).toBe(undefined);
  expect(libcOfFiles(['/opt/libc.so.6.bak', '/opt/mylibc.so', '/opt/libc.so.1', '/opt/ld-musl-x86_64.txt'])).toBe(undefined);
});

test('a process on glibc that has mapped another libc is on glibc', () => {
  expect(libcOfFiles(['/root/usr/lib/x86_64-linux-musl/libc.so', '/usr/lib/libc.so.6'])).toBe('glibc');
});
