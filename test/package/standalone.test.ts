import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { doctorResult } from '../../src/model/doctor.ts';
import { libraryList } from '../../src/model/library-list.ts';
import { ownersResult } from '../../src/model/owners.ts';
import { resultFile } from '../../src/model/result.ts';
import { certificates } from '../certificates.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { type BurstJvm, compileBurst, startBurst } from '../integration/burst-jvm.ts';
import { isRoot, skipUnless } from '../skip.ts';
import { must, root, run } from './consumer.ts';
import { inTurn, prebuild, prebuildTimeoutMs } from './prebuild.ts';

const mib = 1024 ** 2;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const made = join(root, 'build', 'standalone');
const file = join(made, `offheap-linux-${process.arch}`);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-standalone-'));
  prebuild();
  build();
}, prebuildTimeoutMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(): void {
  const [flock, ...args] = [...inTurn, process.execPath, join(root, 'scripts/standalone/build.mjs'), `--arch=${process.arch}`];
  const { status, stderr } = spawnSync(flock, args, { encoding: 'utf8', env: { ...process.env, ...certificates() } });
  if (status !== 0) throw new Error(stderr);
}

/** In a root that has nothing but this file, /proc and an empty /tmp; `mounts` come on top. */
function inEmptyRoot(args: readonly string[], mounts = ''): [string, string[]] {
  const empty = join(folder, 'empty');
  mkdirSync(join(empty, 'proc'), { recursive: true });
  mkdirSync(join(empty, 'tmp'), { recursive: true });
  copyFileSync(file, join(empty, 'offheap'));
  const script = `mount --bind "$1" "$1"; mount -t proc proc "$1/proc"; ${mounts}\nroot=$1; shift; exec chroot "$root" /offheap "$@"`;
  return inMountNamespace(script, [empty, ...args]);
}

function runThere(args: readonly string[], mounts?: string) {
  const [command, all] = inEmptyRoot(args, mounts);
  const { status, stdout, stderr } = spawnSync(command, all, {
    encoding: 'utf8',
    env: { HOME: '/root', PATH: process.env['PATH'] },
  });
  return { status, stdout, stderr };
}

/** A JVM that has freed all but a fiftieth of 300 Inflaters, 12 MB. */
async function startKeeping(): Promise<BurstJvm> {
  const classes = join(folder, 'classes');
  mkdirSync(classes, { recursive: true });
  await compileBurst(classes);
  const jvm = await startBurst(classes, { count: 300 });
  onTestFinished(() => jvm.end());
  await jvm.tell('a');
  await jvm.tell('f');
  return jvm;
}

test('checksums and a bill of what is in it lie beside it', () => {
  expect(readdirSync(made).sort()).toEqual(
    expect.arrayContaining(['SHA256SUMS', 'offheap.cdx.json', `offheap-linux-${process.arch}`]),
  );
  expect(spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: made }).status).toBe(0);
  const bill = JSON.parse(readFileSync(join(made, 'offheap.cdx.json'), 'utf8'));
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'offheap', version } } });
  expect(bill.components.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['commander', 'Node.js', 'musl', 'libstdc++ and libgcc']),
  );
  expect(statSync(file).size).toBeLessThan(128 * mib);
});

test('the same parts make the same file', () => {
  const before = readFileSync(join(made, 'SHA256SUMS'), 'utf8');
  build();
  expect(readFileSync(join(made, 'SHA256SUMS'), 'utf8')).toBe(before);
});

describe('in a root with neither Node nor a libc', () => {
  skipUnless(isRoot && canMount, cannotMount);

  test('it starts, and NODE_OPTIONS is not for it', () => {
    expect(runThere(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    const [command, args] = inEmptyRoot(['--version']);
    expect(spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '--no-such-option' } }).stdout).toBe(
      `${version}\n`,
    );
  });

  test('doctor, histo and owners look at a JVM on glibc', async () => {
    const pid = String((await startKeeping()).pid);
    const examined = runThere(['doctor', pid, '--format=json']);
    expect([0, 3], examined.stderr).toContain(examined.status);
    const { evidence } = doctorResult.parse(JSON.parse(examined.stdout));
    expect(evidence.regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
    expect(evidence.jvm?.heap?.usedBytes).toBeGreaterThan(0);
    expect(evidence.malloc?.totals.liveBytes).toBeGreaterThan(300 * 800);
    expect(runThere(['histo', pid])).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('glibc') });
    const owned = ownersResult.parse(JSON.parse(runThere(['owners', pid, '--format=json']).stdout));
    expect(owned.owners.some(({ name }) => /Inflater/.test(name))).toBe(true);
  });

  test('export serves what it sees', async () => {
    await startKeeping();
    const [command, args] = inEmptyRoot(['export', '--port=0', '--select=Burst', '--interval=200ms']);
    const exporter = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => endOf(exporter));
    let said = '';
    let address: string | undefined;
    for await (const line of createInterface({ input: exporter.stderr })) {
      said += line;
      address = /http:\/\/\S+?:\d+/.exec(line)?.[0];
      if (address !== undefined) break;
    }
    expect(address, said).toBeDefined();
    await expect
      .poll(async () => (await fetch(`${address}/metrics`)).text(), { timeout: 60_000 })
      .toMatch(/^offheap_process_resident_memory_bytes\{.*Burst.*\} \d+$/m);
  });

  test('a page, with script and style', async () => {
    const { pid } = await startKeeping();
    const { stdout } = runThere(['doctor', String(pid), '--format=html']);
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<script[\s\S]*<\/html>\s*$/i);
  });
});

describe('where nothing can be written, and /tmp is noexec', () => {
  skipUnless(isRoot && canMount, cannotMount);
  const readOnly = 'mount -t tmpfs -o noexec tmpfs "$1/tmp"; mount -o remount,ro,bind "$1";';

  test('its libraries are in memory: it says that their paths do not last, and copies them', () => {
    const refused = runThere(['libs'], readOnly);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^offheap: Expected a cache folder for lib\S+\.so .* offheap libs --copy-to=FOLDER\n$/);
    const copied = runThere(['libs', '--copy-to=/tmp/libs', '--format=json'], readOnly);
    expect(copied.stderr).toMatch(/^offheap: Expected to load \/tmp\/libs\/glibc\/libmeter\.so, but \/tmp is mounted noexec/);
  });

  test('a program is counted by the meter from memory', () => {
    const empty = mkdtempSync(join(folder, 'cache-'));
    const script = 'mount -t tmpfs -o noexec tmpfs "$1"; shift; exec "$@"';
    const options = [
      '--allocator=glibc,mmap',
      '--repeats=1',
      '--duration=0s',
      '--settle=0s',
      '--ready=ready',
      '--quiet',
      '--format=json',
    ];
    const program = ['sh', '-c', 'echo ready; sleep 60; :'];
    const [command, args] = inMountNamespace(script, [empty, file, 'compare', ...options, '--', ...program]);
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, OFFHEAP_CACHE_DIR: empty } });
    const { cells } = resultFile.parse(JSON.parse(stdout));
    expect(
      cells.map(({ state, reason }) => ({ state, reason })),
      stderr,
    ).toEqual([{ state: 'ok' }, { state: 'ok' }]);
    for (const { phases } of cells) expect(phases.loaded?.liveBytes).toBeGreaterThan(1000);
  });
});

test('its libraries lie in the cache folder, for glibc and for musl, and one that was changed is made whole', () => {
  const env = { OFFHEAP_CACHE_DIR: join(folder, 'libraries') };
  const list = () => libraryList.parse(JSON.parse(must(run(folder, file, ['libs', '--format=json'], env))));
  const libraries = list();
  expect(libraries.map(({ name, libc }) => `${name} ${libc}`).sort()).toEqual(
    ['glibc', 'musl'].flatMap((libc) => ['allocator-agent', 'meter', 'mmapalloc'].map((name) => `${name} ${libc}`)).sort(),
  );
  const [meter] = libraries;
  const whole = readFileSync(meter?.path ?? '');
  spawnSync('truncate', ['--size=100', meter?.path ?? '']);
  expect(list()).toEqual(libraries);
  expect(readFileSync(meter?.path ?? '').equals(whole)).toBe(true);
});

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
