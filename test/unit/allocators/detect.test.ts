import { describe, expect, test } from 'vitest';
import { detectAllocator } from '../../../src/allocators/detect.ts';

const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6';
const jemalloc = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2';
const detect = (mappedFiles: string[], environment: Record<string, string> = {}, program = '') =>
  detectAllocator({
    mappedFiles,
    environment: new Map(Object.entries(environment)),
    program: Buffer.from(program, 'latin1'),
    programPath: '/bin/x',
  });

describe('detectAllocator', () => {
  test.each([
    ['/lib/libtcmalloc_minimal.so.4', 'tcmalloc'],
    ['/lib/libtcmalloc.so.4.5.9', 'tcmalloc'],
    [jemalloc, 'jemalloc'],
    ['/lib/libmimalloc.so.2.0', 'mimalloc'],
    ['/lib/libmimalloc-secure.so.2.0', 'mimalloc'],
    ['/x/libmmapalloc.so', 'mmap'],
    ['/lib/libclang_rt.scudo_standalone-x86_64.so', 'scudo'],
    ['/lib/libclang_rt.scudo.so', 'scudo'],
    ['/lib/libtbbmalloc_proxy.so.2.8', 'tbbmalloc'],
  ])('%s preloaded', (library, name) => {
    expect(detect([libc, library], { LD_PRELOAD: library })).toMatchObject({ name, library, preloaded: [library] });
  });

  test('the meter ahead of another counts and does not serve', () => {
    const meter = '/x/libmeter.so';
    expect(detect([libc, jemalloc, meter], { LD_PRELOAD: `${meter}:${jemalloc}` })).toMatchObject({
      name: 'jemalloc',
      preloaded: [meter, jemalloc],
    });
    expect(detect([libc, meter], { LD_PRELOAD: meter })).toMatchObject({ name: 'glibc', library: libc });
  });

  test('of two that are preloaded the first serves; a bare name and a link are found', () => {
    const tcmalloc = '/lib/libtcmalloc_minimal.so.4.5.9';
    expect(detect([libc, jemalloc, tcmalloc], { LD_PRELOAD: 'libtcmalloc_minimal.so.4 libjemalloc.so.2' })).toMatchObject({
      name: 'tcmalloc',
      library: tcmalloc,
    });
  });

  test('a library that was loaded later serves nobody', () => {
    expect(detect([libc, jemalloc])).toMatchObject({ name: 'glibc', preloaded: [] });
  });

  test('a library that the program names, and one that is linked into it', () => {
    expect(detect([libc, jemalloc], {}, '\0libjemalloc.so.2\0libc.so.6\0')).toMatchObject({ name: 'jemalloc', library: jemalloc });
    expect(detect([libc], {}, '…<jemalloc>: Error')).toMatchObject({ name: 'jemalloc', library: '/bin/x' });
  });

  test('of two texts in a program the longer tells: another may name a variable of tcmalloc', () => {
    expect(detect([libc], {}, 'TCMALLOC_\0<jemalloc>')).toMatchObject({ name: 'jemalloc' });
    expect(detect([libc], {}, 'TCMALLOC_\0mimalloc: ')).toMatchObject({ name: 'mimalloc' });
    expect(detect([libc], {}, 'TCMALLOC_')).toMatchObject({ name: 'tcmalloc' });
  });

  test('musl, an older glibc, and none', () => {
    expect(detect(['/lib/ld-musl-x86_64.so.1']).name).toBe('musl');
    expect(detect(['/usr/lib/x86_64-linux-musl/libc.so'])).toMatchObject({ name: 'musl' });
    expect(detect(['/bin/x'], {}, 'No error information')).toMatchObject({ name: 'musl', library: '/bin/x' });
    expect(detect(['/lib/x86_64-linux-gnu/libc-2.28.so']).name).toBe('glibc');
    expect(detect(['/bin/x'])).toMatchObject({ name: 'unknown', library: '' });
  });

  test('glibc in a static program, unless another allocator is in it too', () => {
    const glibc = 'munmap_chunk(): invalid pointer';
    expect(detect(['/bin/x'], {}, glibc)).toMatchObject({ name: 'glibc', library: '/bin/x' });
    expect(detect(['/bin/x'], {}, `TCMALLOC_\0${glibc}`)).toMatchObject({ name: 'tcmalloc', library: '/bin/x' });
    expect(detect([libc], {}, glibc)).toMatchObject({ name: 'glibc', library: libc });
  });

  test('a pool that a program asks by its own name serves no malloc', () => {
    const pool = '/lib/libtbbmalloc.so.2';
    expect(detect([libc, pool], { LD_PRELOAD: pool }).name).toBe('glibc');
  });

  test('settings, and nothing else of the environment', () => {
    const settings = { MALLOC_ARENA_MAX: '2', GLIBC_TUNABLES: 'glibc.malloc.arena_max=2', _RJEM_MALLOC_CONF: 'a' };
    expect(detect([libc], { ...settings, OFFHEAP_COUNTERS_DIR: '/c', HEAPPROFILE: '/p', PATH: '/bin' }).environment).toEqual({
      OFFHEAP_COUNTERS_DIR: '/c',
      MALLOC_ARENA_MAX: '2',
      GLIBC_TUNABLES: 'glibc.malloc.arena_max=2',
      _RJEM_MALLOC_CONF: 'a',
    });
  });
});
