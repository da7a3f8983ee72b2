import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../native/preloaded.ts';
import { isRoot } from '../skip.ts';
import { root } from './offheap.ts';

const setup = (args: string[], env: Record<string, string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs'), ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
};

/** A folder of programs that stands for PATH: node, and what a test puts there. */
function pathOf(programs: Record<string, string> = {}): string {
  const folder = temporaryFolder();
  symlinkSync(process.execPath, join(folder, 'node'));
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

test('without the right to install, what is missing is one sentence with one command', () => {
  const { status, stdout, stderr } = setup([], { PATH: pathOf(), OFFHEAP_SETUP_NO_APT: '1' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  const command = `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends g\\+\\+ make python3`;
  expect(stderr).toMatch(
    new RegExp(`^offheap setup: missing: g\\+\\+, make, python3\\. On Debian or Ubuntu, run: ${command}[\\w .+-]*\\n$`),
  );
});

test('root whose apt fails reads what apt said, and a command without sudo', ({ skip }) => {
  skip(!isRoot, 'only root installs');
  const apt = 'echo "Reading lists"; echo "E: Could not get lock /var/lib/apt/lists/lock" >&2; exit 100';
  const { status, stderr } = setup([], { PATH: pathOf({ 'apt-get': apt }) });
  expect(status).toBe(1);
  const lines = stderr.split('\n');
  expect(lines[0]).toBe('offheap setup: apt-get update failed: E: Could not get lock /var/lib/apt/lists/lock');
  expect(lines).toContain('offheap setup: apt-get install failed: E: Could not get lock /var/lib/apt/lists/lock');
  expect(lines.at(-2)).toMatch(
    /^offheap setup: missing: g\+\+, make, python3\. What apt said is above: mend that and run the same command again, or run: apt-get update && apt-get install /,
  );
});

test('what is optional and cannot be installed keeps nothing else away', ({ skip }) => {
  skip(!isRoot, 'only root installs');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
  const apt = 'echo "$*" >>"${0%/*}/log"; case "$*" in *zsh*) echo "E: held broken packages" >&2; exit 100;; esac';
  const PATH = pathOf({ 'apt-get': apt });
  const { status, stderr } = setup(['--for=test'], { PATH });
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(/^offheap setup: missing: g\+\+, make, /m) });
  const calls = readFileSync(join(PATH, 'log'), 'utf8').trim().split('\n');
  const [update, required = [], together = [], ...alone] = calls.map((call) =>
    call.split(' ').filter((word) => !/^-|=/.test(word)),
  );
  expect(update).toEqual(['update']);
  expect(required).toEqual(expect.arrayContaining(['install', 'g++', 'make', 'python3', 'cmake']));
  expect(required).not.toContain('zsh');
  expect(together).toEqual(expect.arrayContaining(['zsh', 'fish']));
  // All of them at once, and when that has failed each by itself.
  expect(alone).toEqual(together.slice(1).map((name) => ['install', name]));
});

test('a JAVA_HOME that is no JDK is named, whatever else is installed', () => {
  const env = { PATH: process.env['PATH'] ?? '', JAVA_HOME: tmpdir(), OFFHEAP_SETUP_NO_APT: '1' };
  expect(setup([], env)).toEqual({
    status: 1,
    stdout: '',
    stderr:
      `offheap setup: expected javac of JDK 17 or later, found no javac in ${tmpdir()} (JAVA_HOME). Unset JAVA_HOME, or have it lead to JDK 17 or later, ` +
      'and run the same command again.\n',
  });
});

test('a second run has nothing to do, and says no more than what is done without', () => {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  setup(['--for=test'], env);
  const { status, stdout, stderr } = setup(['--for=test'], env);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toMatch(/^(?:offheap setup: not installed, and done without: [^\n]*\n)?$/);
});
