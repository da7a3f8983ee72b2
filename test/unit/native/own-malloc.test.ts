import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { inspectHeap } from '../../../src/native/inspector.ts';
import { nativeFolders } from '../../../src/native/native-folder.ts';
import { tightenOwnMalloc, trimOwnMalloc } from '../../../src/native/own-malloc.ts';

/** Tightens, where it is told to, and starts four threads, each of which takes its blocks from an arena of its own while there may be more. */
const program = `
const { Worker } = require('node:worker_threads');
const [folder, how] = process.argv.slice(1);
process.stdin.once('data', async () => {
  if (how === 'tight') process.stdout.write(String(require(folder + '/offheap.node').tightenMalloc()));
  for (let started = 0; started < 4; started++) {
    const thread = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', { eval: true });
    await new Promise((resolve) => thread.once('online', resolve));
  }
  console.log(' done');
});
console.log('started');
`;

async function countNewArenas(how: 'tight' | 'as it is'): Promise<{ said: string; arenas: number }> {
  const { MALLOC_ARENA_MAX: _, GLIBC_TUNABLES: __, ...env } = process.env;
  const folder = nativeFolders().find((candidate) => existsSync(join(candidate, 'offheap.node'))) ?? '';
  const child = spawn(process.execPath, ['-e', program, folder, how], { stdio: ['pipe', 'pipe', 'inherit'], env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const count = async () => (await inspectHeap(child.pid ?? 0)).arenas.length;
  await once(child.stdout, 'data');
  const before = await count();
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin.write('\n');
  await vi.waitFor(() => expect(said).toContain('done'), { timeout: 20_000 });
  return { said, arenas: (await count()) - before };
}

test('a malloc that is told to keep little makes no more arenas', async () => {
  expect(await countNewArenas('tight')).toEqual({ said: 'true done\n', arenas: 0 });
  expect((await countNewArenas('as it is')).arenas).toBeGreaterThan(0);
});

test('what is free in this process can be given back', () => {
  expect(typeof trimOwnMalloc()).toBe('boolean');
});

test.each([
  ['MALLOC_ARENA_MAX', '4'],
  ['MALLOC_TRIM_THRESHOLD_', '1048576'],
  ['GLIBC_TUNABLES', 'glibc.malloc.arena_max=4'],
])('what the user has set stays: %s', (name, value) => {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(tightenOwnMalloc()).toBe(false);
});
