import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { configurations } from '../../../src/allocators/configurations.ts';
import { type LaunchConfiguration, launchUnder } from '../../../src/allocators/launch.ts';

const privateFolder = mkdtempSync(join(tmpdir(), 'offheap-launch-'));
afterAll(() => rmSync(privateFolder, { recursive: true }));

const library = '/usr/lib/liballocator.so.2';
const under = (key: string, more: Partial<LaunchConfiguration> = {}): LaunchConfiguration => {
  const configuration = configurations.find((known) => known.key === key);
  if (!configuration) throw new Error(`no configuration ${key}`);
  const preload = configuration.allocator === 'glibc' ? undefined : library;
  return { configuration, location: { found: true, preload, library, version: undefined }, counter: undefined, ...more };
};
const launch = (key: string, words: string[], more: Partial<LaunchConfiguration> = {}) =>
  launchUnder(under(key, more), words, { privateFolder, extraJvmFlags: ['-agentpath:x'] });

afterEach(() => vi.unstubAllEnvs());

test('a java takes the flags as arguments, in front of its own', () => {
  const { command, args, env } = launch('glibc-trim', ['/jdk/bin/java', '-jar', 'a.jar']);
  expect([command, ...args]).toEqual(['/jdk/bin/java', '-XX:TrimNativeHeapInterval=1000', '-agentpath:x', '-jar', 'a.jar']);
  expect(env).not.toHaveProperty('JAVA_TOOL_OPTIONS');
});

test('what only starts a java gets them by JAVA_TOOL_OPTIONS', () => {
  const { command, args, env } = launch('glibc-trim', ['./run.sh', 'now']);
  expect([command, ...args]).toEqual(['./run.sh', 'now']);
  expect(env['JAVA_TOOL_OPTIONS']).toBe('-XX:TrimNativeHeapInterval=1000 -agentpath:x');
});

test('the meter is preloaded ahead of the allocator, and counts in the private folder; without both nothing is', () => {
  const { env } = launch('jemalloc-bg', ['app'], { counter: 'meter' });
  // By the name of its file, or by that of a link in the private folder where its path has letters that LD_PRELOAD cannot carry.
  expect(env['LD_PRELOAD']).toMatch(/libmeter\.so:\/usr\/lib\/liballocator\.so\.2$/);
  expect(env['MALLOC_CONF']).toBe(under('jemalloc-bg').configuration.env['MALLOC_CONF']);
  expect(env['OFFHEAP_COUNTERS_DIR']).toBe(privateFolder);
  const plain = launch('glibc', ['app']).env;
  expect(plain).not.toHaveProperty('LD_PRELOAD');
  expect(plain).not.toHaveProperty('OFFHEAP_COUNTERS_DIR');
});

test('what is set outside and would change the measurement is left out, and named', () => {
  vi.stubEnv('MALLOC_ARENA_MAX', '7');
  vi.stubEnv('LD_PRELOAD', '/other.so');
  const { env, removed } = launch('jemalloc', ['app']);
  expect(removed.toSorted()).toEqual(['LD_PRELOAD', 'MALLOC_ARENA_MAX']);
  expect(env['LD_PRELOAD']).toBe(library);
  expect(env).not.toHaveProperty('MALLOC_ARENA_MAX');
});
