import { expect, test } from 'vitest';
import { cleanEnvironment } from '../../../src/allocators/environment.ts';

test('allocator and JVM options set outside do not reach a cell, and are named', () => {
  const inherited = {
    PATH: '/bin',
    LANG: 'C',
    LD_PRELOAD: 'x.so',
    MALLOC_ARENA_MAX: '1',
    MALLOC_CONF: 'a:b',
    GLIBC_TUNABLES: 'g',
    TCMALLOC_AGGRESSIVE_DECOMMIT: 't',
    HEAPPROFILE: '/p',
    MIMALLOC_PURGE_DELAY: '0',
    _RJEM_MALLOC_CONF: 'a:b',
    JAVA_TOOL_OPTIONS: '-Xmx1g',
    OFFHEAP_CACHE_DIR: '/c',
    UNSET: undefined,
  };
  const { env, removed } = cleanEnvironment(inherited, { MALLOC_ARENA_MAX: '2' });
  expect(env).toEqual({ PATH: '/bin', LANG: 'C', MALLOC_ARENA_MAX: '2' });
  expect(removed).toEqual([
    'LD_PRELOAD',
    'MALLOC_ARENA_MAX',
    'MALLOC_CONF',
    'GLIBC_TUNABLES',
    'TCMALLOC_AGGRESSIVE_DECOMMIT',
    'HEAPPROFILE',
    'MIMALLOC_PURGE_DELAY',
    '_RJEM_MALLOC_CONF',
    'JAVA_TOOL_OPTIONS',
  ]);
});
