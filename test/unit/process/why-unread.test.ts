import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { whyUnread } from '../../../src/process/why-unread.ts';

/** Why the file system itself refuses a path. */
function reasonOf(path: string): string {
  try {
    readFileSync(path);
  } catch (error) {
    return whyUnread(error);
  }
  throw new Error(`${path} can be read`);
}

test.each([
  ['/proc/self/nothing', 'it does not exist'],
  ['/proc/self/status/file', 'a part of its path is no folder'],
  ['/proc/self', 'it is a folder'],
  [`/${'a'.repeat(256)}`, 'the name is too long'],
  // Nothing that happens to people: the kernel's own word.
  ['/proc/self/mem', 'EIO: i/o error, read'],
])('%s: %s', (path, reason) => {
  expect(reasonOf(path)).toBe(reason);
});

test('what is no error of the file system speaks for itself', () => {
  expect(whyUnread(new Error('it has no end'))).toBe('it has no end');
  expect(whyUnread('nothing')).toBe('nothing');
  expect(whyUnread(null)).toBe('null');
});

test.each(['EACCES', 'EPERM'])('%s is told as a right that this user lacks', (code) => {
  expect(whyUnread(Object.assign(new Error(`${code}: no`), { code }))).toBe('this user may not read it');
});
