import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findAllocator } from '../../src/allocators/locate.ts';
import { doctor } from '../../src/index.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { offheap } from '../cli/offheap.ts';
import { endJvm } from '../end-jvm.ts';
import { plain } from '../fixtures/preload.ts';
import { findJavaHomes } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-settings-'));
const mib = 1024 ** 2;
const threads = 8;
const threshold = { trimThresholdBytes: 131_072 };

beforeAll(() => copyPrograms(folder, 'ArenaTops'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two threads of one arena would leave as much as one, where they do not run at the same time. */
const anArenaEach = { GLIBC_TUNABLES: 'glibc.malloc.arena_max=64' };

/** Letters are those of programs/ArenaTops.java. */
async function start(java = 'java', env: Record<string, string> = {}) {
  const flags = ['-Xmx16m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const child = spawn(java, [...flags, '-cp', folder, 'ArenaTops', String(threads)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  onTestFinished(() => endJvm(child));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const tell = async (letter: 'a' | 's' | 't') => {
    child.stdin.write(letter);
    await lines.next();
  };
  return { pid: child.pid ?? 0, tell };
}

const topsOf = async (pid: number) => (await inspectHeap(pid)).totals.residentFree.arenaTopBytes;
const arenasOf = async (pid: number) => (await inspectHeap(pid)).arenas.length;

describe.each(findJavaHomes())('JDK $version', ({ java }) => {
  test('a lower trim threshold: arenas give their tops back when the program frees in them again, and keep none since', async () => {
    const { pid, tell } = await start(java, anArenaEach);
    await tell('a');
    await tell('s');
    const before = await topsOf(pid);
    expect(before).toBeGreaterThan(80 * mib);
    const { applied, findings } = await doctor(pid, { set: threshold });
    expect(applied).toMatchObject([
      { kind: 'set', by: 'agent', settings: [{ name: 'trim_threshold', value: 131_072, isTaken: true }] },
    ]);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'retained-arena-tops' }));
    expect(await topsOf(pid)).toBeGreaterThan(before / 2);
    await tell('s');
    expect(await topsOf(pid)).toBeLessThan(4 * mib);
    await tell('a');
    expect(await topsOf(pid)).toBeLessThan(4 * mib);
  });
});

test('the command that the finding prints is the one that helps', async () => {
  const { pid, tell } = await start();
  await tell('a');
  const { findings } = await doctor(pid);
  const command = findings.find(({ code }) => code === 'retained-arena-tops')?.fixes[0]?.command;
  expect(command).toBe(`offheap doctor ${pid} --set=trim_threshold=128k`);
  const { status, stdout } = await offheap([...(command ?? '').split(' ').slice(1), '--quiet']);
  expect(status).toBe(3);
  expect(stdout).toContain('Set: trim_threshold=131072.');
  expect(stdout).toContain('The next start undoes it.');
  expect(stdout).not.toContain('--set=');
  await tell('s');
  expect(await topsOf(pid)).toBeLessThan(4 * mib);
});

describe('arena_max', () => {
  test('a JVM has too many arenas when it has started, and is told that it would do nothing', async () => {
    const { pid } = await start();
    await expect(doctor(pid, { set: { arenaMax: 4 } })).rejects.toThrow(
      /^Expected process \d+ to be a JVM whose malloc takes settings while it runs, but it has \d+ arenas, and from 8 on glibc has decided how many it makes\. Start it with MALLOC_ARENA_MAX=4\.$/,
    );
  });

  test('glibc that has not decided yet makes no more', async () => {
    const { pid, tell } = await start('java', { GLIBC_TUNABLES: 'glibc.malloc.arena_test=1000' });
    const arenas = await arenasOf(pid);
    const { applied } = await doctor(pid, { set: { arenaMax: 4 } });
    expect(applied[0]?.settings).toEqual([{ name: 'arena_max', value: 4, isTaken: true }]);
    expect(applied[0]?.reasons[0]).toMatch(/^The \d+ arenas that there are stay\. No more are made\.$/);
    await tell('t');
    // The agent's thread may have got one of its own before it was told.
    expect(await arenasOf(pid)).toBeLessThanOrEqual(arenas + 1);
  });
});

test('another allocator has other settings', async (context) => {
  const jemalloc = await findAllocator('jemalloc', execaRunner);
  if (!jemalloc.found) return context.skip(jemalloc.reason);
  const { pid } = await start('java', { LD_PRELOAD: plain(jemalloc.library) });
  await expect(doctor(pid, { set: threshold })).rejects.toThrow('but jemalloc serves it, which has other settings.');
});

test.each([
  ['--set=trim_threshold=1k', 'Expected --set=trim_threshold to be a size from 64k to 1g, got "1k".'],
  ['--set=top_pad=1', 'Expected --set to be trim_threshold=SIZE, arena_max=NUMBER or both, got "top_pad=1".'],
])('%s is wrong usage', async (option, message) => {
  const { status, stderr } = await offheap(['doctor', String(process.pid), option]);
  expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
});
