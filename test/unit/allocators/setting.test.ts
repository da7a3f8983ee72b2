import { expect, test } from 'vitest';
import { trimThreshold } from '../../../src/allocators/glibc.ts';
import { backgroundPurge } from '../../../src/allocators/jemalloc.ts';
import { forGlibc, isHeeded, isSet, jvmFlag, variable, write } from '../../../src/allocators/setting.ts';
import { trimInterval } from '../../../src/allocators/trim-interval.ts';

const none = { env: {}, jvmFlags: [] };
const arenaMax = variable('MALLOC_ARENA_MAX');

test('variables, parts of a variable and arguments are each written in their own way', () => {
  const stack = { name: '-Xss', equals: '' };
  expect(write([[arenaMax, '2'], [trimThreshold, '1'], [trimInterval, '5'], [stack, '1m'], ...backgroundPurge])).toEqual({
    env: {
      MALLOC_ARENA_MAX: '2',
      GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=1',
      MALLOC_CONF: 'background_thread:true,dirty_decay_ms:1000',
    },
    jvmFlags: ['-XX:TrimNativeHeapInterval=5', '-Xss1m'],
  });
});

test('parts of a variable come after what is in it; a variable that is one setting is replaced', () => {
  const inherited = { GLIBC_TUNABLES: 'glibc.malloc.arena_max=4', MALLOC_ARENA_MAX: '8', HOME: '/' };
  expect(
    write(
      [
        [trimThreshold, '1'],
        [arenaMax, '2'],
      ],
      inherited,
    ).env,
  ).toEqual({
    GLIBC_TUNABLES: 'glibc.malloc.arena_max=4:glibc.malloc.trim_threshold=1',
    MALLOC_ARENA_MAX: '2',
  });
  expect(write([[trimThreshold, '1']], { GLIBC_TUNABLES: '' }).env).toEqual({ GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=1' });
});

test('set to whatever value, or to one', () => {
  const [[backgroundThread] = [arenaMax]] = backgroundPurge;
  const conf = { ...none, env: { MALLOC_CONF: 'narenas:1,background_thread:false' } };
  expect([isSet(backgroundThread, undefined, conf), isSet(backgroundThread, 'true', conf)]).toEqual([true, false]);
  expect([undefined, '2', '3'].map((value) => isSet(arenaMax, value, { ...none, env: { MALLOC_ARENA_MAX: '2' } }))).toEqual([
    true,
    true,
    false,
  ]);
  expect(isSet(trimThreshold, undefined, { ...none, env: { MALLOC_TRIM_THRESHOLD_: '1' } })).toBe(true);
  expect(isSet(trimInterval, undefined, { ...none, jvmFlags: ['-XX:TrimNativeHeapInterval=1'] })).toBe(true);
  expect([arenaMax, trimThreshold, trimInterval].map((setting) => isSet(setting, undefined, none))).toEqual([false, false, false]);
});

test.each([
  ['2.25', 'MALLOC_TRIM_THRESHOLD_'],
  ['2.26', 'glibc.malloc.trim_threshold'],
  [undefined, 'glibc.malloc.trim_threshold'],
])('on glibc %s the trim threshold is %s', (version, name) => {
  expect(forGlibc(trimThreshold, version).name).toBe(name);
});

test('a flag is for the JDKs that have it and the collector that heeds it; one that all have is for any process', () => {
  const interval = jvmFlag('G1PeriodicGCInterval', { firstJdks: ['12'], collector: 'G1' });
  const heeded = [
    { version: '17', collector: 'g1 gc' },
    { version: '11.0.30', collector: 'G1' },
    { version: '17', collector: 'ZGC' },
  ];
  expect(heeded.map((jvm) => isHeeded(interval, jvm))).toEqual([true, false, false]);
  expect([isHeeded(interval, { version: '17' }), isHeeded(interval, undefined), isHeeded(arenaMax, undefined)]).toEqual([
    false,
    false,
    true,
  ]);
});
