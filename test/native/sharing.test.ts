import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { liveShareOf } from '../../src/model/counters.ts';
import { openCounters } from '../../src/native/counters.ts';
import { compile, library, prime, readPage, runPreloaded, runProgram, temporaryFolder } from './preloaded.ts';

/** Starts wait_named, which holds 3 × prime in main and says "ready". */
async function startWaiting(env: NodeJS.ProcessEnv) {
  const child = spawn(compile('wait_named'), {
    env: { ...process.env, LD_PRELOAD: library, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('wait_named did not start');
  const end = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return { pid, end };
}

const codeOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test('a running process is read by its pid, through its memfd', async () => {
  const { pid, end } = await startWaiting({});
  const reader = openCounters({ pid });
  expect(reader.info).toMatchObject({ pid, writer: 'mmapalloc', version: 5 });
  expect(reader.info.path).toMatch(new RegExp(`^/proc/${pid}/fd/\\d+$`));
  expect(Math.abs(reader.info.createdUnixMs - Date.now())).toBeLessThan(60_000);
  expect(reader.isWriterAlive()).toBe(true);
  expect(reader.read().sizeHistogram.live[21]).toBe(3);
  await end('SIGKILL');
  expect(reader.isWriterAlive()).toBe(false);
  expect(reader.read().sizeHistogram.live[21]).toBe(3);
  expect(codeOf(() => openCounters({ pid }))).toBe('NO_SUCH_PROCESS');
  reader.close();
  reader.close();
  expect(codeOf(() => reader.read())).toBe('COUNTERS_CLOSED');
  expect(codeOf(() => reader.readThreads())).toBe('COUNTERS_CLOSED');
});

test('a running process is read by its pid, through its file', async () => {
  const folder = temporaryFolder();
  const { pid } = await startWaiting({ OFFHEAP_COUNTERS_DIR: folder });
  const reader = openCounters({ pid });
  expect(reader.info.path).toBe(`/proc/${pid}/root${folder}/${pid}-0.counters`);
  expect(reader.read().liveRequestedBytes).toBeGreaterThanOrEqual(3 * prime);
  reader.close();
});

test('threads: who allocated what, under the name a thread has taken since', async () => {
  const { pid } = await startWaiting({});
  const reader = openCounters({ pid });
  const threads = reader.readThreads();
  expect(threads.map(({ name, liveAllocations }) => ({ name, liveAllocations }))).toContainEqual({
    name: 'late-name',
    liveAllocations: 2,
  });
  expect(threads.find(({ tid }) => tid === pid)?.liveRequestedBytes).toBeGreaterThanOrEqual(3 * prime);
  const { liveRequestedBytes, liveAllocations } = reader.read();
  expect(threads.reduce((sum, thread) => sum + liveShareOf(thread), 0)).toBe(liveRequestedBytes);
  expect(threads.reduce((sum, thread) => sum + thread.liveAllocations, 0)).toBe(liveAllocations);
  reader.close();
});

test('threads by the names that are given, and else by those of the page', async () => {
  const { pid } = await startWaiting({});
  const reader = openCounters({ pid });
  const names = reader.readThreads(new Map([[pid, 'given']])).map(({ name }) => name);
  expect(names).toEqual(['given', 'late-name']);
  reader.close();
});

test('after SIGKILL the file has the last state', async () => {
  const folder = temporaryFolder();
  const { pid, end } = await startWaiting({ OFFHEAP_COUNTERS_DIR: folder });
  await end('SIGKILL');
  const path = join(folder, `${pid}-0.counters`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const reader = openCounters({ path });
  expect(reader.isWriterAlive()).toBe(false);
  expect(reader.read().sizeHistogram.live[21]).toBe(3);
  expect(reader.readThreads()).toHaveLength(2);
  reader.close();
});

test('OFFHEAP_COUNTERS=off: no page', async () => {
  const folder = temporaryFolder();
  const { pid } = await startWaiting({ OFFHEAP_COUNTERS: 'off', OFFHEAP_COUNTERS_DIR: folder });
  expect(codeOf(() => openCounters({ pid }))).toBe('COUNTERS_NOT_FOUND');
  expect(readdirSync(folder)).toEqual([]);
});

test('a relative OFFHEAP_COUNTERS_DIR is that of the start', () => {
  const folder = temporaryFolder();
  const { status } = runPreloaded('sh', ['-c', 'cd "$0" && OFFHEAP_COUNTERS_DIR=. exec "$1"', folder, compile('late_calls')]);
  expect(status).toBe(0);
  expect(readdirSync(folder)).toHaveLength(1);
});

test.each([
  ['a folder that does not exist', '/nonexistent/folder', 'cannot create a file in OFFHEAP_COUNTERS_DIR, errno 2'],
  ['a path that is no folder', '/dev/null', 'cannot create a file in OFFHEAP_COUNTERS_DIR, errno 20'],
  ['a path that is too long', `/${'x'.repeat(5000)}`, 'cannot create a file in OFFHEAP_COUNTERS_DIR, errno 36'],
])('OFFHEAP_COUNTERS_DIR is %s: the program does not notice; OFFHEAP_VERBOSE says why', (_, directory, reason) => {
  const quiet = runProgram('late_calls', [], { OFFHEAP_COUNTERS_DIR: directory });
  expect({ status: quiet.status, stderr: quiet.stderr }).toEqual({ status: 0, stderr: '' });
  const verbose = runProgram('late_calls', [], { OFFHEAP_COUNTERS_DIR: directory, OFFHEAP_VERBOSE: '1' });
  expect({ status: verbose.status, stderr: verbose.stderr }).toEqual({
    status: 0,
    stderr: `offheap mmapalloc: counters are not shared: ${reason}\n`,
  });
});

test('a limit of file sizes does not end the program', () => {
  const { status, stderr } = runPreloaded('sh', ['-c', 'ulimit -f 1 && exec "$0"', compile('late_calls')], {
    OFFHEAP_VERBOSE: '1',
  });
  expect(status).toBe(0);
  expect(stderr).toContain('the limit of file sizes (ulimit -f) is too low');
});

test('a link that waits under the next name is neither followed nor replaced', () => {
  const folder = temporaryFolder();
  const target = join(folder, 'target');
  // The shell is preloaded too: its own page is number 0.
  const script = 'ln -s "$1" "$2/$$-1.counters" && exec "$0"';
  const { status } = runPreloaded('sh', ['-c', script, compile('late_calls'), target, folder], { OFFHEAP_COUNTERS_DIR: folder });
  expect(status).toBe(0);
  const [link = '', ...others] = readdirSync(folder).filter((file) => lstatSync(join(folder, file)).isSymbolicLink());
  expect(others).toEqual([]);
  expect(existsSync(target)).toBe(false);
  expect(readPage(join(folder, link.replace('-1.', '-2.'))).calls).toMatchObject({ malloc: 2, free: 2 });
});

test('a program that closes all descriptors and uses the numbers itself keeps them, as does its child', () => {
  const memfd = runProgram('close_descriptors', [], { OFFHEAP_COUNTERS_DIR: undefined });
  expect({ status: memfd.status, stderr: memfd.stderr }).toEqual({ status: 0, stderr: '' });
  expect(runProgram('close_descriptors').status).toBe(0);
});

test('a newline in the path of the page', async () => {
  const folder = join(temporaryFolder(), 'a\nb');
  mkdirSync(folder);
  const { pid } = await startWaiting({ OFFHEAP_COUNTERS_DIR: folder });
  const reader = openCounters({ pid });
  expect(reader.read().liveAllocations).toBeGreaterThan(0);
  reader.close();
});
