import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { skipUnless } from '../skip.ts';
import { offheapInTurn } from './in-turn.ts';
import { root } from './offheap.ts';

const bin = join(root, 'bin', 'offheap.js');
const commands = {
  compare: ['compare', '--quiet'],
  guard: ['guard', '--quiet', '--max-settled=1g'],
  fit: ['fit', '--quiet'],
  syscalls: ['syscalls', '--quiet'],
};
type Name = keyof typeof commands;
const names = Object.keys(commands) as Name[];

interface Run {
  cwd: string;
  path?: string;
  options?: readonly string[];
  before?: [string, ...string[]];
}

const offheap = offheapInTurn();

/** What it says of a program, and that nothing was made beside it. */
async function refusalOf(name: Name, program: string, { cwd, path, options = [], before }: Run): Promise<string> {
  const cache = join(cwd, 'cache');
  const args = [...commands[name], ...options, '--', program];
  const env = { PATH: path ?? process.env['PATH'] ?? '', OFFHEAP_CACHE_DIR: cache, NO_COLOR: '1' };
  const { status, stdout, stderr } = before
    ? spawnSync(before[0], [...before.slice(1), bin, ...args], { cwd, env, encoding: 'utf8' })
    : await offheap(args, env, cwd);
  expect({ status, stdout }, stderr).toEqual({ status: 1, stdout: '' });
  expect(existsSync(cache)).toBe(false);
  return stderr;
}

const expected = 'offheap: Expected a program that can be started, but';

describe.each(names)('%s says before it makes anything that a program', (name) => {
  test('is in no folder of PATH, or its file does not exist', async () => {
    const cwd = temporaryFolder();
    const cure = 'is in no folder of PATH. Install it, or name it by its path.';
    expect(await refusalOf(name, 'no-such-program', { cwd })).toBe(`${expected} "no-such-program" ${cure}\n`);
    expect(await refusalOf(name, './no-such-program', { cwd })).toBe(`${expected} "./no-such-program" does not exist.\n`);
    expect(await refusalOf(name, '', { cwd })).toBe(`${expected} "" ${cure}\n`);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('is a folder, or is not executable', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'folder'));
    writeFileSync(join(cwd, 'plain'), '#!/bin/sh\n', { mode: 0o644 });
    expect(await refusalOf(name, './folder', { cwd })).toBe(`${expected} "./folder" is a folder.\n`);
    const mode = 'may not be run by this user: see its mode (ls -l), and that of its folders.';
    expect(await refusalOf(name, './plain', { cwd })).toBe(`${expected} "./plain" ${mode}\n`);
    expect(await refusalOf(name, 'plain', { cwd, path: `/bin:${cwd}` })).toBe(`${expected} "plain" ${mode}\n`);
    chmodSync(join(cwd, 'plain'), 0o755);
  });

  test('is to be started in a folder that is gone', () => {
    const cwd = temporaryFolder();
    const gone = join(cwd, 'gone');
    mkdirSync(gone);
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', 'cd "$0" && rmdir "$0" && exec "$@"', gone, process.execPath, bin, ...commands[name], '--', 'true'],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], OFFHEAP_CACHE_DIR: join(cwd, 'cache') },
      },
    );
    const why = 'the one that offheap was started in has been removed. Change to another one by cd.';
    expect({ status, stderr }).toEqual({ status: 1, stderr: `offheap: Expected a working directory, but ${why}\n` });
  });
});

test('a load that does not exist is said before its program is started', async () => {
  const cwd = temporaryFolder();
  const said = await refusalOf('compare', 'true', { cwd, options: ['--load=no-such-load'] });
  expect(said).toContain('"no-such-load" is in no folder of PATH.');
});

describe('mounts', () => {
  skipUnless(canMount, cannotMount);
  test('a program on one that is noexec', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'mount'));
    const script = 'mount -t tmpfs -o noexec tmpfs "$1"; printf "#!/bin/sh\\n" >"$1/program"; chmod 755 "$1/program"; shift; "$@"';
    const [command, before] = inMountNamespace(script, [join(cwd, 'mount'), process.execPath]);
    const said = await refusalOf('compare', './mount/program', { cwd, before: [command, ...before] });
    expect(said).toBe(`${expected} "./mount/program" lies on a file system that is mounted noexec.\n`);
  });
});
