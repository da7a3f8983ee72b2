import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { libraryList } from '../../src/model/library-list.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { offheapInTurn } from './in-turn.ts';

const offheap = offheapInTurn();

async function list(...args: string[]) {
  const { status, stdout, stderr } = await offheap(['libs', '--format=json', ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return libraryList.parse(JSON.parse(stdout));
}

test('the libraries of this machine’s libc, and where they are', async () => {
  const libraries = await list('--libc=glibc');
  expect(libraries.map(({ name, libc }) => `${name} ${libc}`)).toEqual(['meter glibc', 'mmapalloc glibc', 'allocator-agent glibc']);
  for (const { path } of libraries) expect(readFileSync(path).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  const { stdout } = await offheap(['libs']);
  expect(stdout).toContain(`LD_PRELOAD=${libraries[0]?.path} java -jar app.jar\n`);
});

test('copies are the same bytes, can be preloaded, and take the place of older ones', async () => {
  const folder = temporaryFolder();
  for (let round = 0; round < 2; round++) {
    const copies = await list('--libc=glibc', `--copy-to=${folder}/a folder`);
    const originals = await list('--libc=glibc');
    expect(copies.map(({ path }) => path)).toEqual(originals.map(({ name }) => join(folder, 'a folder', 'glibc', `lib${name}.so`)));
    for (const [index, { path }] of copies.entries())
      expect(readFileSync(path).equals(readFileSync(originals[index]?.path ?? ''))).toBe(true);
  }
  await list('--libc=glibc', `--copy-to=${folder}/plain`);
  const maps = execFileSync('cat', ['/proc/self/maps'], {
    encoding: 'utf8',
    env: { LD_PRELOAD: join(folder, 'plain', 'glibc', 'libmeter.so') },
  });
  expect(maps).toContain('/plain/glibc/libmeter.so');
});

test('what is no regular file stays: nothing is put in its place', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'glibc', 'libmeter.so'), { recursive: true });
  const { status, stdout, stderr } = await offheap(['libs', '--libc=glibc', `--copy-to=${folder}`]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^offheap: .*libmeter\.so.* it is a folder/);
  symlinkSync('/dev/null', join(folder, 'file'));
  const other = await offheap(['libs', '--libc=glibc', `--copy-to=${folder}/file`]);
  expect(other.status).toBe(1);
  expect(other.stderr.match(/^offheap: /gm)).toHaveLength(1);
});
