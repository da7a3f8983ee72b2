import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resultFile } from '../../src/model/result.ts';
import { canMount, inMountNamespace } from '../fixtures/namespace.ts';
import { copyPackage } from '../fixtures/package-copy.ts';
import { skipUnless } from '../skip.ts';
import { root } from './offheap.ts';

/** Mounts a noexec file system at $1, puts what is at $2 there, and runs the rest. */
const script = 'mount -t tmpfs -o noexec tmpfs "$1"; cp -R "$2/." "$1"; shift 2; exec "$@"';

describe('what is mounted noexec', () => {
  skipUnless(canMount, 'nothing can be mounted');
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'offheap-noexec-'));
  const [from, at] = [join(folder, 'from'), join(folder, 'at')];
  beforeAll(() => {
    copyPackage(from);
    for (const file of ['scripts', 'package-lock.json']) cpSync(join(root, file), join(from, file), { recursive: true });
    mkdirSync(at);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(file: string, args: string[], env: Record<string, string> = {}) {
    const [command, all] = inMountNamespace(script, [at, from, process.execPath, join(at, file), ...args]);
    const { status, stdout, stderr } = spawnSync(command, all, { encoding: 'utf8', env: { ...process.env, ...env } });
    return { status, stdout, stderr };
  }
  const sentence = (file: string) =>
    `Expected to load ${join(at, file)}, but ${at} is mounted noexec: nothing that lies there can be run. Put it on another file system, or as root: mount -o remount,exec ${at}`;

  test('the addon', () => {
    expect(run('bin/offheap.js', ['histo', String(process.pid)])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: `offheap: ${sentence('build/Release/offheap.node')}\n`,
    });
  });

  test('a library to be preloaded: the cell fails, and no program runs without it', () => {
    const args = ['compare', '--allocator=mmap', '--quiet', '--format=json', '--', 'sh', '-c', 'echo started'];
    const env = { OFFHEAP_ADDON_PATH: join(root, 'build', 'Release', 'offheap.node'), OFFHEAP_CACHE_DIR: join(folder, 'cache') };
    const { status, stdout } = run('bin/offheap.js', args, env);
    expect(status).toBe(1);
    const [cell] = resultFile.parse(JSON.parse(stdout)).cells;
    expect(cell).toMatchObject({ state: 'failed', reason: sentence('build/Release/libmmapalloc.so') });
  });

  test.each(['scripts/setup.mjs', 'scripts/install.mjs'])('%s says so before anything is fetched or compiled', (file) => {
    expect(run(file, [])).toEqual({
      ...{ status: file.endsWith('setup.mjs') ? 1 : 0, stdout: '' },
      stderr: `offheap setup: expected to run what lies in ${at}/, but that is mounted noexec. Move it to another file system, or as root: mount -o remount,exec "$(findmnt -no TARGET -T '${at}/')"\n`,
    });
  });
});
