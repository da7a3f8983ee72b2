import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { askAllocator } from '../../src/observe/ask-allocator.ts';
import { root } from '../cli/offheap.ts';
import { compileWhenNewer } from '../compile-when-newer.ts';
import { canMount, cannotMount } from '../fixtures/namespace.ts';
import { isRoot, skipUnless } from '../skip.ts';
import { type BurstOptions, compileBurst, startBurst } from './burst-jvm.ts';

const timeoutMs = 20_000;
const nobody = 65_534;
/** Not in /tmp: that of some of the JVMs is another one. */
const folder = mkdtempSync(join('/var/tmp', 'offheap-agent-'));

beforeAll(async () => {
  chmodSync(folder, 0o755);
  await compileBurst(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(options: BurstOptions = {}): Promise<number> {
  const jvm = await startBurst(folder, options);
  onTestFinished(() => jvm.end());
  return jvm.pid;
}

function build(name: string, ...flags: string[]): string {
  const source = fileURLToPath(new URL(`programs/${name}.c`, import.meta.url));
  const output = join(root, 'build', 'test-programs', name);
  return compileWhenNewer(output, [source], 'cc', ['-D_GNU_SOURCE', ...flags, source]);
}

const ask = (pid: number) => askAllocator(pid, 'ask', { timeoutMs });
const serving = [expect.objectContaining({ name: 'glibc', serves: true })];

/** Folders that were lent, in these folders of a process or of this one. */
function lentIn(pid: number | 'self', ...places: string[]): string[] {
  const names = (place: string) => readdirSync(`/proc/${pid}/root${place}`).map((name) => join(place, name));
  return places.flatMap(names).filter((path) => path.includes('offheap-stacks-'));
}

/** Other tests lend folders in the same /tmp, for a while. */
const nothingLent = (pid: number | 'self', ...places: string[]) =>
  expect.poll(() => lentIn(pid, ...places), { timeout: timeoutMs }).toEqual([]);

function mappedAgents(pid: number): string[] {
  const paths = readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/ (\/\S*)\/liballocator-agent\.so/g);
  return [...new Set([...paths].map(([, path = '']) => path.replace(/-stacks-\w+/, '-stacks-')))];
}

test.for([2, 8])('%i at once get an answer each', async (count) => {
  const jvm = await startBurst(folder);
  onTestFinished(() => jvm.end());
  const { pid } = jvm;
  const answers = await Promise.all(Array.from({ length: count }, () => ask(pid)));
  expect(answers).toEqual(Array(count).fill(serving));
  // A second SIGQUIT would have it print the stacks of its threads.
  expect(await jvm.tell('f')).toBe('done');
  await nothingLent('self', '/tmp');
});

describe('a JVM that ends while it loads the agent', () => {
  const ended = (pid: number) => ({
    code: 'PROCESS_ENDED',
    message: `Process ${pid} ended while its allocator was asked. See what it wrote to its stderr, and a file hs_err_pid*.log in its working directory.`,
  });
  const env = () => ({ LD_PRELOAD: build('ends_when_asked', '-shared', '-fPIC') });

  test('is said to, and nothing stays', async () => {
    const pid = await start({ env: env() });
    const begun = performance.now();
    await expect(ask(pid)).rejects.toMatchObject(ended(pid));
    expect(performance.now() - begun).toBeLessThan(timeoutMs / 2);
    await nothingLent('self', '/tmp');
  });

  test('nor does what was put there for it in its own view of the files', async (context) => {
    context.skip(!canMount, cannotMount);
    const pid = await start({ env: env(), mounts: ':' });
    await expect(ask(pid)).rejects.toMatchObject(ended(pid));
    await nothingLent('self', '/tmp');
  });
});

describe('in a file system of its own', () => {
  skipUnless(isRoot && canMount, cannotMount);
  /** All but /tmp: also what a later mount would be found on. */
  const readOnly = `while read -r _ folder _; do
    [ "$folder" = /tmp ] || mount -o remount,bind,ro "$folder" 2>/dev/null || true
  done </proc/self/mounts`;
  const fill = 'mount -t tmpfs -o size=64k tmpfs /tmp; dd if=/dev/zero of=/tmp/fill bs=4k 2>/dev/null || true';
  const flags = ['-XX:-UsePerfData'];

  test('the root is read-only, and /tmp is not', async () => {
    const pid = await start({ mounts: `mount -t tmpfs tmpfs /tmp\n${readOnly}` });
    expect(await ask(pid)).toEqual(serving);
    expect(mappedAgents(pid)).toEqual(['/tmp/offheap-stacks-']);
    await nothingLent(pid, '/tmp');
  });

  test('all is read-only: it cannot even be attached to, and that is said at once', async () => {
    const pid = await start({ mounts: `${readOnly}\nmount -o remount,bind,ro /`, flags });
    const begun = performance.now();
    await expect(ask(pid)).rejects.toThrow(/^Expected a folder that process \d+ can load a library from, found none: /);
    await expect(runDiagnosticCommand(pid, 'VM.version', { timeoutMs })).rejects.toThrow(
      `Could not attach to process ${pid}: its /tmp is mounted read-only, and a JVM makes its attach socket there. Give it one that it can write to: a container by --tmpfs /tmp:exec, in Kubernetes an emptyDir at /tmp.`,
    );
    expect(performance.now() - begun).toBeLessThan(timeoutMs / 2);
  });

  test.for([
    ['noexec', 'mount -t tmpfs -o noexec tmpfs /tmp'],
    ['full', fill],
  ])('/tmp is %s: the agent is put into /var/tmp', async ([, mounts]) => {
    const pid = await start({ mounts: mounts as string, flags });
    expect(await ask(pid)).toEqual(serving);
    expect(mappedAgents(pid)).toEqual(['/var/tmp/offheap-stacks-']);
    await nothingLent(pid, '/tmp', '/var/tmp');
  });

  test.for([
    ['mounted noexec', 'mount -t tmpfs -o noexec tmpfs /tmp'],
    ['full', fill],
  ])('/tmp is %s, and all else is read-only: one sentence with the cure', async ([fault, mounts]) => {
    const pid = await start({ mounts: `${mounts}\n${readOnly}`, flags });
    const error = await ask(pid).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'ATTACH_FAILED' });
    expect((error as Error).message).toMatch(
      new RegExp(
        `^Expected a folder that process ${pid} can load a library from, found none: /tmp is ${fault}, /var/tmp is mounted read-only, .*\\. Make room, or give it one: a container by --tmpfs /tmp:exec, or by a volume\\.$`,
      ),
    );
    await nothingLent(pid, '/tmp');
    expect(mappedAgents(pid)).toEqual([]);
  });
});

describe('another user', () => {
  skipUnless(isRoot, 'this user may not start processes of others');

  test('root asks a JVM of somebody else', async () => {
    const pid = await start({ user: nobody });
    expect(await ask(pid)).toEqual(serving);
    await nothingLent('self', '/tmp');
  });

  test('somebody may not ask a JVM of root, and leaves nothing', async (context) => {
    const as = { uid: nobody, gid: nobody, encoding: 'utf8' } as const;
    const bin = join(root, 'bin', 'offheap.js');
    context.skip(spawnSync('test', ['-r', bin], as).status !== 0, 'other users may not read this checkout');
    const pid = await start();
    const { status, stdout } = spawnSync(process.execPath, [bin, 'trim', String(pid), '--quiet'], { ...as, cwd: '/' });
    expect(status).toBe(1);
    expect(stdout).toContain(`(pid ${pid}):`);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/user|permission/i);
    await nothingLent('self', '/tmp');
    expect(mappedAgents(pid)).toEqual([]);
  });
});

describe('what a policy forbids', () => {
  test('to connect to a socket: what was asked is done, and no answer comes', async () => {
    const pid = await start({ launcher: [build('without_connect')] });
    await expect(ask(pid)).rejects.toMatchObject({
      code: 'ATTACH_FAILED',
      message: `Expected liballocator-agent.so in process ${pid} to answer at a socket, but the process may not connect to it: a seccomp filter, AppArmor or SELinux forbids that. What it was told to do is done.`,
    });
    await nothingLent('self', '/tmp');
  });

  test('to load the library, wherever it lies: the JVM’s own words', async () => {
    const pid = await start({ env: { LD_PRELOAD: build('loads_no_agent', '-shared', '-fPIC', '-ldl') } });
    const error = await ask(pid).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'ATTACH_FAILED' });
    expect((error as Error).message).toMatch(
      /^Expected process \d+ to load liballocator-agent\.so, but it did not: it answered ".*" *\. See what the JVM wrote to its stderr, and whether AppArmor or SELinux keeps it from mapping that file\.$/,
    );
    await nothingLent('self', '/tmp');
  });
});
