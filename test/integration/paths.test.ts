import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAllocator } from '../../src/allocators/locate.ts';
import { type ResultFile, resultFile } from '../../src/model/result.ts';
import type { CountedSyscalls } from '../../src/model/syscalls.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { runScript } from '../cli/offheap.ts';
import { copyPackage } from '../fixtures/package-copy.ts';

/** LD_PRELOAD and a class path separate by some of these, and a JVM without a UTF-8 locale cannot read the others. */
const awkward = "a b:ü 'c=d";
let folder: string;
let bin: string;

beforeAll(() => {
  folder = join(mkdtempSync(join(realpathSync(tmpdir()), 'offheap-paths-')), awkward);
  bin = copyPackage(join(folder, 'offheap'));
  mkdirSync(join(folder, 'tmp'));
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

/** As cron or a container starts it: without a locale. Temporary files, the cache and raw results lie in awkward folders too. */
async function json(command: string, ...args: string[]): Promise<unknown> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    ...(process.env['JAVA_HOME'] ? { JAVA_HOME: process.env['JAVA_HOME'] } : {}),
    OFFHEAP_JEMALLOC_LIBRARY: join(folder, 'my libjemalloc.so.2'),
  };
  const { status, stdout, stderr } = await runScript(bin, [command, '--quiet', '--format=json', ...args], env);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function cellsOf(command: string, ...args: string[]): Promise<ResultFile['cells']> {
  return resultFile.parse(await json(command, ...args)).cells;
}

test('repro in a folder whose path has spaces, colons, quotes and letters beyond ASCII: metered, and on the mmap allocator', async () => {
  const small = ['--heap=64m', '--threads=2', '--streams=200', '--settle=100ms'];
  const [metered, mmap] = await cellsOf('repro', '--allocator=glibc,mmap', ...small);
  const library = (name: string) => join(folder, 'offheap', 'build', 'Release', name);
  expect(metered).toMatchObject({ state: 'ok', provenance: { verified: true, preloaded: [library('libmeter.so')] } });
  expect(metered?.phases.loaded?.liveBytes).toBeGreaterThan(0);
  expect(mmap).toMatchObject({
    state: 'ok',
    provenance: { verified: true, preloaded: [library('libmmapalloc.so')], allocatorLibrary: library('libmmapalloc.so') },
  });
});

test("syscalls --allocator=mmap counts the program's mappings there", async () => {
  const result = (await json('syscalls', '--allocator=mmap', '--', 'sh', '-c', 'ls / >/dev/null')) as CountedSyscalls;
  expect(result.threads.length + result.ended.calls).toBeGreaterThan(0);
});

test("a user's own library with a space in its name: preloaded behind the meter, its settings read back", async ({ skip }) => {
  const own = await findAllocator('jemalloc', execaRunner);
  if (!own.found) return skip('jemalloc is not installed');
  cpSync(realpathSync(own.library), join(folder, 'my libjemalloc.so.2'));
  const program = ['--ready=up', '--duration=200ms', '--settle=100ms', '--', 'sh', '-c', 'echo up; sleep 60; exit 0'];
  const [cell] = await cellsOf('compare', '--allocator=jemalloc,MALLOC_CONF=dirty_decay_ms:0', ...program);
  expect(cell).toMatchObject({
    state: 'ok',
    provenance: {
      verified: true,
      allocatorLibrary: join(folder, 'my libjemalloc.so.2'),
      readBack: { dirty_decay_ms: '0' },
    },
  });
});
