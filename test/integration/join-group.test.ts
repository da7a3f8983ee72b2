import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canJoin } from '../../src/process/join-group.ts';
import { isRoot, skipUnless } from '../skip.ts';

/** Where a hierarchy of v2 is mounted, with or without controllers. */
const mounted = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'utf8'))?.[1] ?? '';
const group = join(mounted, `offheap-join-${process.pid}`);
const names = ['', 'one', 'other'];
const possible = skipUnless(isRoot && mounted !== '', 'it takes root and cgroup v2');
const procsOf = (name: string) => join(group, name, 'cgroup.procs');

beforeAll(() => {
  if (possible) for (const name of names) mkdirSync(join(group, name));
});
afterAll(() => {
  if (possible) for (const name of names.toReversed()) rmdirSync(join(group, name));
});

test('what the kernel refuses is found out without a trace', () => {
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  expect(['one', 'other', 'none'].map((name) => canJoin(procsOf(name)))).toEqual([true, true, false]);
  // "domain invalid" from here on (linux: Documentation/admin-guide/cgroup-v2.rst): it can be seen and made, and nobody may enter it.
  writeFileSync(join(group, 'one', 'cgroup.type'), 'threaded');
  expect(canJoin(procsOf('other'))).toBe(false);
  expect(readFileSync('/proc/self/cgroup', 'utf8')).toBe(own);
});
