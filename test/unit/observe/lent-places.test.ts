import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultByError, faultOf, placesOf } from '../../../src/observe/lent-places.ts';

/** Seen as the root of another process, of a user that nobody is. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'offheap-places-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const nothing = { bytes: 0, executes: false };
const borrower = () => ({ pid: process.pid, root, uid: 54_321 });

test('a folder that its user can enter', async () => {
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o755);
  expect(await faultOf('/tmp', borrower(), nothing)).toBeUndefined();
  expect(await faultOf('/tmp', borrower(), { bytes: 2 ** 60, executes: false })).toBe('/tmp is full');
});

test('one that he cannot enter', async () => {
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o700);
  expect(await faultOf('/tmp', borrower(), nothing)).toBe('/tmp may not be entered by its user');
});

test('a link is not followed: it would lead into the file system of offheap', async () => {
  symlinkSync('/var/tmp', join(root, 'tmp'));
  symlinkSync('/var', join(root, 'var'));
  expect(await faultOf('/tmp', borrower(), nothing)).toBe('/tmp is no folder');
  expect(await faultOf('/var/tmp', borrower(), nothing)).toBe('/var/tmp is no folder');
});

test('places have names that leave room for that of a socket', async () => {
  const places = await placesOf({ ...borrower(), root: '' });
  expect(places.slice(0, 4)).toEqual(['/tmp', '/var/tmp', '/dev/shm', '/run']);
  expect(places).not.toContain('/');
  expect(await placesOf({ ...borrower(), root: 'x'.repeat(78) })).toEqual([]);
});

test('what an error says of a folder', () => {
  const coded = (code: string) => Object.assign(new Error(code), { code });
  expect(faultByError('/tmp', coded('ENOSPC'))).toBe('/tmp is full');
  expect(faultByError('/tmp', coded('EROFS'))).toBe('/tmp is mounted read-only');
  expect(faultByError('/tmp', coded('EMFILE'))).toBeUndefined();
});
