import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../native/preloaded.ts';
import { root } from './offheap.ts';

const setup = (args: string[], env: Record<string, string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs'), ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
};

test('without the right to install, what is missing is one sentence with one command', () => {
  const onlyNode = temporaryFolder();
  symlinkSync(process.execPath, join(onlyNode, 'node'));
  const { status, stdout, stderr } = setup([], { PATH: onlyNode, OFFHEAP_SETUP_NO_APT: '1' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^offheap setup: missing: g\+\+, make, python3, javac \(a JDK, 17 or later\)\. On Debian or Ubuntu, run: sudo apt-get install -y --no-install-recommends g\+\+ make python3 default-jdk-headless\b.*\n$/,
  );
});

test('a JAVA_HOME that is no JDK counts as none', () => {
  const env = { PATH: process.env['PATH'] ?? '', JAVA_HOME: tmpdir(), OFFHEAP_SETUP_NO_APT: '1' };
  expect(setup([], env)).toMatchObject({ status: 1, stderr: expect.stringContaining('missing: javac (a JDK, 17 or later).') });
});

test('a second run has nothing to do and nothing to say', () => {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  setup(['--for=test'], env);
  expect(setup(['--for=test'], env)).toEqual({ status: 0, stdout: '', stderr: '' });
});
