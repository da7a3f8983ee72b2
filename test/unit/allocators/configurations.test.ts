import { expect, test } from 'vitest';
import { configurations } from '../../../src/allocators/configurations.ts';
import { simulateCores } from '../../../src/allocators/cores.ts';
import { parseConfigurations } from '../../../src/allocators/parse-configurations.ts';

const keys = (text: string) => parseConfigurations(text).map(({ key }) => key);

test('a comma list keeps its order and names each configuration once', () => {
  expect(keys('mmap,glibc, mmap')).toEqual(['mmap', 'glibc']);
});

test('custom and zjbmalloc are the mmap allocator', () => {
  expect(keys('custom')).toEqual(['mmap']);
  expect(keys('zjbmalloc,custom,mmap')).toEqual(['mmap']);
});

test('all is every configuration, glibc first', () => {
  expect(keys('all')).toEqual(configurations.map(({ key }) => key));
  expect(keys('all')[0]).toBe('glibc');
  expect(keys('mmap,all')[0]).toBe('mmap');
});

test('a setting belongs to the configuration before it; commas of its value stay in it', () => {
  const [glibc, jemalloc, mmap] = parseConfigurations(
    'glibc,mine=jemalloc,MALLOC_CONF=background_thread:true,dirty_decay_ms:1000,mmap',
  );
  expect(glibc).toMatchObject({ key: 'glibc', env: {} });
  expect(jemalloc).toMatchObject({
    key: 'mine',
    allocator: 'jemalloc',
    env: { MALLOC_CONF: 'background_thread:true,dirty_decay_ms:1000' },
  });
  expect(mmap).toMatchObject({ key: 'mmap', env: {} });
});

test('without a name of its own, a configuration with another setting is called by it', () => {
  const [one, two] = parseConfigurations('glibc,MALLOC_ARENA_MAX=4,-XX:TrimNativeHeapInterval=500,glibc');
  expect(one).toMatchObject({
    key: 'glibc+MALLOC_ARENA_MAX=4+-XX:TrimNativeHeapInterval=500',
    env: { MALLOC_ARENA_MAX: '4' },
    jvmFlags: ['-XX:TrimNativeHeapInterval=500'],
  });
  expect(two?.key).toBe('glibc');
});

test('a setting with nothing before it, and a name that is taken or odd, are usage errors', () => {
  expect(() => parseConfigurations('MALLOC_ARENA_MAX=4')).toThrow('Expected --allocator to begin with a configuration');
  expect(() => parseConfigurations('mmap=glibc')).toThrow('Expected a new name');
  expect(() => parseConfigurations('a b=glibc')).toThrow('Expected a new name');
});

test('--cores sets the arena limit of glibc, beside its other tunables, and nothing that was set on purpose', () => {
  const envOf = (text: string) => parseConfigurations(text).map((configuration) => simulateCores(configuration, 16).env);
  expect(envOf('glibc,glibc-arena1,glibc-trim128k,jemalloc')).toEqual([
    { GLIBC_TUNABLES: 'glibc.malloc.arena_max=128' },
    { MALLOC_ARENA_MAX: '1' },
    { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=131072:glibc.malloc.arena_max=128' },
    {},
  ]);
});

test.each(['', 'tcmaloc', 'glibc,,mmap', 'ALL'])('an unknown key is a usage error that lists the known ones: %j', (text) => {
  expect(() => parseConfigurations(text)).toThrow(
    /^Expected --allocator to be a comma list of glibc, glibc-arena1, .*zjbmalloc, or all; got /,
  );
});

test('no key or alias is used twice', () => {
  const names = configurations.flatMap(({ key, aliases }) => [key, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});
