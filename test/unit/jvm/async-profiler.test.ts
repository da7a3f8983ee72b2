import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveAsyncProfiler } from '../../../src/jvm/async-profiler.ts';
import type { ProcessRunner } from '../../../src/process/runner.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'offheap-profiler-'));
  // Neither this user's repository nor the network.
  vi.stubEnv('HOME', cache);
  vi.stubEnv('OFFHEAP_MAVEN_REPOSITORY', 'http://127.0.0.1:1');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

/** Maven, as far as it is used: puts a jar where it is told to. */
function runnerOf(jarOf: ((name: string) => Uint8Array) | undefined): ProcessRunner & { fetched: string[] } {
  const fetched: string[] = [];
  const propertyOf = (args: readonly string[], name: string) =>
    args.find((arg) => arg.startsWith(`-D${name}=`))?.split('=')[1] ?? '';
  return {
    fetched,
    start: () => Promise.reject(new Error('nothing is started')),
    capture: async (_command, args) => {
      if (!jarOf) return undefined;
      const [, name = '', version] = propertyOf(args, 'artifact').split(':');
      fetched.push(name);
      writeFileSync(join(propertyOf(args, 'outputDirectory'), `${name}-${version}.jar`), jarOf(name));
      return { stdout: '', stderr: '' };
    },
  };
}

const archive = zipSync({
  'META-INF/MANIFEST.MF': strToU8(''),
  'linux-x64/libasyncProfiler.so': strToU8('x64'),
  'linux-arm64/libasyncProfiler.so': strToU8('arm64'),
  'macos/libasyncProfiler.so': strToU8('other'),
  '../linux-x64/libasyncProfiler.so': strToU8('outside'),
});

test('it is fetched once; of the archive the libraries for Linux are kept', async () => {
  const runner = runnerOf(() => archive);
  const first = await resolveAsyncProfiler(cache, runner);
  expect(first.library).toMatch(/async-profiler-[\d.]+\/linux-\w+\/libasyncProfiler\.so$/);
  expect(await resolveAsyncProfiler(cache, runner)).toEqual(first);
  expect(runner.fetched).toEqual(['async-profiler', 'jfr-converter']);
  expect(readdirSync(dirname(first.converter)).sort()).toEqual([basename(first.converter), 'linux-arm64', 'linux-x64']);
  expect(readdirSync(cache)).toHaveLength(1);
});

test('where it cannot be fetched: why, and where the files would be; nothing is left behind', async () => {
  const sentence =
    /^Expected async-profiler .* found none, and it could not be fetched: http:.* could not be reached .* Name a repository by OFFHEAP_MAVEN_REPOSITORY=URL, or put there /;
  await expect(resolveAsyncProfiler(cache, runnerOf(undefined))).rejects.toThrow(sentence);
  expect(readdirSync(cache)).toEqual([]);
});

test('an archive without a library for this machine is said to be one', async () => {
  const empty = runnerOf(() => zipSync({ 'macos/libasyncProfiler.so': strToU8('') }));
  await expect(resolveAsyncProfiler(cache, empty)).rejects.toThrow('it has no library for this machine');
});
