import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { skipUnless } from '../skip.ts';
import { root } from './offheap.ts';

const module = join(root, 'dist', 'process', 'whole-file.js');
const bin = join(root, 'bin', 'offheap.js');

/** A program of Node's that has writeWhole, and its arguments from process.argv[1] on. */
const writing = (script: string, ...args: string[]) => [
  process.execPath,
  ...['--input-type=module', '-e', `const { writeWhole } = await import('${module}'); ${script}`, '--', ...args],
];

describe('a file system with no room for all of it', () => {
  skipUnless(canMount, cannotMount);
  // A write that finds room for a part of its text says how much, and is no error.
  test('the file stays as it was, and no half of one is left', () => {
    const [full, saved] = [temporaryFolder(), temporaryFolder()];
    const mount =
      'mount -t tmpfs -o size=64k tmpfs "$1"; full=$1 saved=$2; shift 2; printf before >"$full/result"; "$@" || status=$?; ls -A "$full" >"$saved/names"; cp "$full/result" "$saved"; exit "$status"';
    const write = writing("await writeWhole(process.argv[1], 'x'.repeat(100_003))", join(full, 'result'));
    const [command, args] = inMountNamespace(mount, [full, saved, ...write]);
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(
      `OffheapError: Could not write ${full}/result: ENOSPC: no space left on device, write. Name another file by --output or --results.`,
    );
    expect(readFileSync(join(saved, 'names'), 'utf8')).toBe('result\n');
    expect(readFileSync(join(saved, 'result'), 'utf8')).toBe('before');
  });

  test('a file that is mounted by itself cannot be replaced, and is left as it was', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'result');
    writeFileSync(join(folder, 'outside'), 'before');
    writeFileSync(file, '');
    const [command, args] = inMountNamespace('mount --bind "$1" "$2"; shift 2; "$@"', [
      join(folder, 'outside'),
      ...[file, ...writing("await writeWhole(process.argv[1], 'after')", file)],
    ]);
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(`Could not write ${file}: EBUSY: resource busy or locked. Name another file`);
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('before');
    expect(readdirSync(folder).sort()).toEqual(['outside', 'result']);
  });
});

test('a signal that ends it leaves no half of one', () => {
  const file = join(temporaryFolder(), 'folder', 'result');
  mkdirSync(join(file, '..'));
  const script = `
    const { readdirSync } = await import('node:fs');
    const endWhenBegun = () => {
      if (readdirSync(process.argv[2]).length > 0) process.kill(process.pid, 'SIGTERM');
      else setImmediate(endWhenBegun);
    };
    endWhenBegun();
    await writeWhole(process.argv[1], 'x'.repeat(200_000_033));`;
  const [command = '', ...args] = writing(script, file, join(file, '..'));
  expect(spawnSync(command, args).signal).toBe('SIGTERM');
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

describe('--output=/dev/stdout', () => {
  const report = (shell: string, folder: string) =>
    spawnSync('sh', ['-c', shell, 'sh', process.execPath, bin, 'doctor', String(process.pid), '--quiet', '--format=json'], {
      cwd: folder,
      encoding: 'utf8',
    });
  const pidOf = (text: string) => JSON.parse(text).evidence.pid;

  test('a pipe has the result', () => {
    const { stdout } = report('"$@" --output=/dev/stdout | cat', temporaryFolder());
    expect(pidOf(stdout)).toBe(process.pid);
  });

  test('a file that a shell has opened has it after what stands there, and goes on after it', () => {
    const folder = temporaryFolder();
    report('{ echo before; "$@" --output=/dev/stdout; echo after; } >file', folder);
    const lines = readFileSync(join(folder, 'file'), 'utf8').trimEnd().split('\n');
    expect([lines.at(0), lines.at(-1)]).toEqual(['before', 'after']);
    expect(pidOf(lines.slice(1, -1).join('\n'))).toBe(process.pid);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('/dev/null stays what it is', () => {
    report('"$@" --output=/dev/null', temporaryFolder());
    expect(spawnSync('test', ['-c', '/dev/null']).status).toBe(0);
  });
});
