import { expect, test } from 'vitest';
import { configurations, shippable } from '../../../src/allocators/configurations.ts';
import { simulateCores } from '../../../src/allocators/cores.ts';
import { firstJdksOf } from '../../../src/allocators/jvm-presets.ts';
import { parseConfigurations } from '../../../src/allocators/parse-configurations.ts';

const keys = (text: string) => parseConfigurations(text).map(({ key }) => key);

test('a comma list keeps its order and names each configuration once', () => {
  expect(keys('mmap,glibc, mmap')).toEqual(['mmap', 'glibc']);
});

test('custom and zjbmalloc are the mmap allocator', () => {
  expect(keys('custom')).toEqual(['mmap']);
  expect(keys('zjbmalloc,custom,mmap')).toEqual(['mmap']);
});

test('all is every configuration without a group, glibc first', () => {
  expect(keys('all')).toEqual(configurations.filter(({ group }) => group === undefined).map(({ key }) => key));
  expect(keys('all').length).toBe(13);
  expect(keys('all')[0]).toBe('glibc');
  expect(keys('mmap,all')[0]).toBe('mmap');
});

test('a group is its configurations, beside others, and no name of the user', () => {
  expect(keys('glibc,more,glibc-arena1')).toEqual(['glibc', 'scudo', 'scudo-release1s', 'glibc-arena1']);
  expect(keys('jvm')).toContain('jvm-compact-headers');
  expect(keys('tunables').every((key) => key.startsWith('glibc-'))).toBe(true);
  expect(new Set([...keys('all'), ...keys('tunables'), ...keys('jvm'), ...keys('more')])).toEqual(
    new Set(configurations.map(({ key }) => key)),
  );
  expect(() => parseConfigurations('jvm=glibc')).toThrow('Expected a new name');
  expect(shippable).not.toContain('scudo');
});

test('JVM presets are flags alone, of which a JVM that lacks one is told since when there is one', () => {
  for (const { env, jvmFlags, allocator } of parseConfigurations('jvm')) {
    expect([env, allocator]).toEqual([{}, 'glibc']);
    expect(jvmFlags.length).toBeGreaterThan(0);
  }
  expect(parseConfigurations('jvm-g1-periodic')[0]?.jvmFlags).toEqual(['-XX:+UseG1GC', '-XX:G1PeriodicGCInterval=10000']);
  expect(['UseCompactObjectHeaders', 'ZGenerational', 'TrimNativeHeapInterval', 'UseSerialGC'].map(firstJdksOf)).toEqual([
    '24 and later',
    '21 to 23; later ZGC has generations by itself',
    '17.0.15, 21.0.3, 22 and later',
    undefined,
  ]);
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
    /^Expected --allocator to be a comma list of glibc, glibc-arena1, .*zjbmalloc, all, tunables, jvm, more, or NAME=\/path\/lib\.so; got /,
  );
});

test('no key or alias is used twice', () => {
  const names = configurations.flatMap(({ key, aliases }) => [key, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});
