import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { slowMountOf } from '../../src/process/slow-mounts.ts';
import { offheap, root } from '../cli/offheap.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { isRoot, skipUnless } from '../skip.ts';

skipUnless(isRoot && canMount && existsSync('/dev/fuse'), `${cannotMount}, or there is no /dev/fuse`);

const program = join(root, 'test', 'integration', 'programs', 'hung_mount.py');

/** A process that seems to be a JVM, in whose view these folders wait for ever; what waits there ends with it. */
async function startHung(cwd: string, folders: string[]): Promise<number> {
  writeFileSync(join(cwd, 'libjvm.so'), 'x');
  const [command, args] = inMountNamespace('exec "$@"', ['python3', program, join(cwd, 'libjvm.so'), ...folders]);
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  expect(String((await once(child.stdout, 'data'))[0])).toMatch(/^up/);
  return Number(child.pid);
}

test('/tmp and the working directory of a process lie where nobody answers: the JVM is not asked, and all else is told', async () => {
  const folder = temporaryFolder();
  const pid = await startHung(folder, ['/tmp']);
  const { status, stdout, stderr } = await offheap(['doctor', String(pid), '--format=json', '--timeout=1s']);
  // Of a JVM that does not answer nobody can say that nothing is wrong.
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const { evidence } = JSON.parse(stdout);
  expect(evidence.unknown).toContainEqual({
    instrument: 'jvm',
    code: 'slow-files',
    detail: `Could not attach to process ${pid}: on the way to its /tmp /tmp is a file system of type fuse, whose answer may never come.`,
  });
  expect(evidence.rssBytes).toBeGreaterThan(2 ** 20);
  expect(evidence.malloc.totals.liveBytes).toBeGreaterThan(0);
});

test('a mount below, beside and above a path', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'hung'));
  const pid = await startHung(folder, [join(folder, 'hung')]);
  expect(slowMountOf(pid, join(folder, 'hung', 'a', 'b'))).toMatchObject({ folder: join(folder, 'hung'), fileSystem: 'fuse' });
  expect(slowMountOf(pid, join(folder, 'hung2'))).toBeUndefined();
  expect(slowMountOf(pid, folder)).toBeUndefined();
  expect(slowMountOf(process.pid, join(folder, 'hung'))).toBeUndefined();
});
