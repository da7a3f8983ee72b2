import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { rootOf } from '../../src/process/target-path.ts';
import { canMount, cannotMount } from '../fixtures/namespace.ts';
import { isRoot, skipUnless } from '../skip.ts';
import { type BurstJvm, type BurstOptions, compileBurst, startBurst } from './burst-jvm.ts';

const timeoutMs = 60_000;
let folder: string;

const possible = skipUnless(canMount && isRoot, isRoot ? cannotMount : 'only root calls chroot(2)');
beforeAll(async () => {
  if (!possible) return;
  folder = await mkdtemp(join(tmpdir(), 'offheap-own-root-'));
  await mkdir(join(folder, 'root'));
  await compileBurst(folder);
});
afterAll(async () => {
  if (possible) await rm(folder, { recursive: true });
});

async function start(options: BurstOptions): Promise<BurstJvm> {
  const jvm = await startBurst(folder, { launcher: ['chroot', join(folder, 'root')], ...options });
  onTestFinished(() => jvm.end());
  return jvm;
}

/** All of this system below a folder: what the process has mapped is told with that folder in front. */
const whole = () => `mount --rbind / ${folder}/root`;

test('of a JVM in a root of its own the libc, the collections and the JVM are known', async () => {
  const { pid, tell } = await start({ mounts: whole() });
  expect(rootOf(pid)).toBe(join(folder, 'root'));
  await runDiagnosticCommand(pid, 'GC.run', { timeoutMs });
  await tell('a');
  const { malloc, jvm, libraries, unknown } = await collectEvidence(pid, { inspect: inspectHeap, timeoutMs });
  expect(malloc?.glibcVersion).toMatch(/^2\.\d+$/);
  expect(jvm?.gc?.lastFullAgoMs).toBeGreaterThanOrEqual(0);
  expect(libraries).toBeUndefined();
  expect(unknown.map(({ instrument }) => instrument)).toEqual(['nmt']);
});

/** Nothing but what a JVM needs, and that read-only. */
const bare = (more: string) => `mount -t tmpfs tmpfs ${folder}/root
  cd ${folder}/root
  mkdir usr etc proc dev classes
  cp ${folder}/Burst*.class classes/
  for each in bin lib lib64 sbin; do if [ -L /$each ]; then cp -P /$each .; elif [ -d /$each ]; then mkdir $each; mount --bind /$each $each; fi; done
  for each in usr etc proc dev; do mount --rbind /$each $each; done
  ${more}
  mount -o remount,ro .`;

test.each([
  ['has no folder /tmp', ':', 'it has no folder /tmp, and a JVM makes its attach socket there.'],
  ['has a read-only /tmp', 'mkdir tmp', 'its /tmp is mounted read-only, and a JVM makes its attach socket there.'],
])('a read-only root that %s: the reason why the JVM cannot be asked', async (_, more, reason) => {
  const jvm = await startBurst('/classes', { launcher: ['chroot', join(folder, 'root')], mounts: bare(more) });
  onTestFinished(() => jvm.end());
  await expect(runDiagnosticCommand(jvm.pid, 'VM.version', { timeoutMs })).rejects.toThrow(
    `Could not attach to process ${jvm.pid}: ${reason} Give it one that it can write to: a container by --tmpfs /tmp:exec, in Kubernetes an emptyDir at /tmp.`,
  );
});

test('a /tmp that its user may not write to: the same', async () => {
  const launcher = ['chroot', '--userspec=1009:1009', join(folder, 'root')];
  const mounts = bare('mkdir tmp; mount -t tmpfs -o mode=755 tmpfs tmp');
  const jvm = await startBurst('/classes', { launcher, mounts });
  onTestFinished(() => jvm.end());
  await expect(runDiagnosticCommand(jvm.pid, 'VM.version', { timeoutMs: 2000 })).rejects.toThrow(
    `Could not attach to process ${jvm.pid}: its /tmp may not be written to by its user, 1009, and a JVM makes its attach socket there. Let it write there: in the image RUN chmod 1777 /tmp, a container by --tmpfs /tmp:exec,uid=1009, in Kubernetes an emptyDir at /tmp.`,
  );
});
