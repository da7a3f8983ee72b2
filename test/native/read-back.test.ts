import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { configurations } from '../../src/allocators/configurations.ts';
import { findAllocator } from '../../src/allocators/locate.ts';
import { readBackSettings } from '../../src/allocators/read-back.ts';
import type { AllocatorKey } from '../../src/allocators/registry.ts';
import { parseMappedFiles } from '../../src/parse/maps.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';

const loader = [...parseMappedFiles(readFileSync('/proc/self/maps', 'utf8'))].find((path) => basename(path).startsWith('ld-'));

/** Skips the test where the allocator is not installed. */
async function readBack({ skip }: TestContext, allocator: AllocatorKey, env: Record<string, string>) {
  const location = await findAllocator(allocator, execaRunner);
  if (!location.found) return skip(location.reason);
  return readBackSettings({ allocator, env, library: location.library, loader, capture: execaRunner.capture });
}

test.for(configurations)('$key: every setting is taken', async ({ allocator, env }, context) => {
  if (allocator === 'own') throw new Error('no listed configuration is of a library of the user');
  expect((await readBack(context, allocator, env)).problems).toEqual([]);
});

test.for<[AllocatorKey, Record<string, string>, Record<string, string>]>([
  ['glibc', { MALLOC_ARENA_MAX: '2' }, { 'glibc.malloc.arena_max': '2' }],
  ['glibc', { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=0x20000' }, { 'glibc.malloc.trim_threshold': '0x20000' }],
  ['glibc', { GLIBC_TUNABLES: 'glibc.malloc.arena_max=3', MALLOC_ARENA_MAX: '2' }, { 'glibc.malloc.arena_max': '3' }],
  [
    'jemalloc',
    { MALLOC_CONF: 'background_thread:true,dirty_decay_ms:1000' },
    { background_thread: 'true', dirty_decay_ms: '1000' },
  ],
  ['mimalloc', { MIMALLOC_EAGER_COMMIT_DELAY: '7', MIMALLOC_EAGER_COMMIT: 'yes' }, { eager_commit_delay: '7', eager_commit: '1' }],
])('%s reads %o back', async ([allocator, env, settings], context) => {
  expect(await readBack(context, allocator, env)).toEqual({ settings, problems: [] });
});

test.for<[AllocatorKey, Record<string, string>, string]>([
  ['glibc', { GLIBC_TUNABLES: 'glibc.malloc.trim_treshold=1' }, 'this glibc has no tunable glibc.malloc.trim_treshold'],
  ['glibc', { MALLOC_ARENA_MAX: 'two' }, 'glibc runs with glibc.malloc.arena_max=0, expected two'],
  ['jemalloc', { MALLOC_CONF: 'dirty_decay:1' }, 'jemalloc says: Invalid conf pair: dirty_decay:1'],
  ['jemalloc', { MALLOC_CONF: 'background_thread:yes' }, 'jemalloc says: Invalid conf value: background_thread:yes'],
  ['mimalloc', { MIMALLOC_EAGER_COMMIT_DELAY: 'soon' }, 'mimalloc runs with eager_commit_delay='],
  ['mimalloc', { MIMALLOC_PURGE_DELAI: '0' }, 'this mimalloc has no option purge_delai'],
  ['scudo', { SCUDO_OPTIONS: 'release_to_os_interval=1000' }, 'does not know the option release_to_os_interval'],
  ['tcmalloc', { TCMALLOC_AGRESSIVE_DECOMMIT: 't' }, 'does not know the variable TCMALLOC_AGRESSIVE_DECOMMIT'],
])('%s does not take %o', async ([allocator, env, problem], context) => {
  const { problems } = await readBack(context, allocator, env);
  expect(problems[0]).toContain(problem);
});

test('a size of mimalloc is in force in whatever unit it was written', async (context) => {
  const { settings, problems } = await readBack(context, 'mimalloc', { MIMALLOC_RESERVE_OS_MEMORY: '2MiB' });
  expect({ ...settings, problems }).toEqual({ reserve_os_memory: expect.stringMatching(/^2048( KiB)?$/), problems: [] });
  expect((await readBack(context, 'mimalloc', { MIMALLOC_RESERVE_OS_MEMORY: '2097152' })).problems).toEqual([]);
});
