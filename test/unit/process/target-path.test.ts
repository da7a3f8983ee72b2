import { expect, test } from 'vitest';
import { nameInside, rootOf, targetPath } from '../../../src/process/target-path.ts';

test.each([
  ['/', '/usr/lib/libc.so.6', '/usr/lib/libc.so.6'],
  ['/srv/root', '/srv/root/usr/lib/libc.so.6', '/usr/lib/libc.so.6'],
  ['/srv/root', '/srv/root', '/'],
  ['/srv/root', '/srv/rootless/libc.so.6', undefined],
  ['/srv/root', '/usr/lib/libc.so.6', undefined],
])('with the root %s, %s is to the process %s', (root, told, name) => {
  expect(nameInside(root, told)).toBe(name);
});

test('of a process that sees the same files', () => {
  expect(rootOf(process.pid)).toBe('/');
  const path = `/proc/${process.pid}/root/bin/sh`;
  expect(targetPath(process.pid, '/bin/sh')).toEqual({ inside: '/bin/sh', path });
  expect(rootOf(2 ** 22 + 1)).toBe('/');
});
