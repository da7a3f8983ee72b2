import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configurations } from '../../../src/allocators/configurations.ts';
import { detectAllocator } from '../../../src/allocators/detect.ts';
import { isAllocatorSetting } from '../../../src/allocators/environment.ts';
import { installs } from '../../../src/allocators/installs.ts';
import { allocatorKeys, allocatorNamed, allocators, packagedAllocators, runnable } from '../../../src/allocators/registry.ts';
import { instruments } from '../../../src/stats/decide.ts';

describe.each(allocatorKeys)('%s', (key) => {
  test('each file that its package may bring is recognised as its own', () => {
    const { libraries } = installs[key];
    expect(libraries.length).toBeGreaterThan(0);
    const found = libraries.map((name) => {
      const path = `/usr/lib/${name}`;
      const clues = { mappedFiles: [path], environment: new Map([['LD_PRELOAD', path]]) };
      return detectAllocator(clues);
    });
    expect(found.map(({ name, library }) => [name, basename(library)])).toEqual(libraries.map((name) => [key, name]));
  });

  test('it comes in a package, or is there already', () => {
    expect(installs[key].packages !== undefined).toBe(runnable[key].origin === 'package');
  });

  test('its first configuration is called after it and sets nothing', () => {
    const own = configurations.filter(({ allocator }) => allocator === key);
    expect(own[0]).toMatchObject({ key, env: {}, jvmFlags: [] });
    const named = own.filter(({ group }) => group !== 'jvm');
    expect(named.map((configuration) => configuration.key.startsWith(key))).not.toContain(false);
  });

  test('the variables of its configurations are settings that it reads', () => {
    const own = configurations.filter(({ allocator }) => allocator === key).flatMap(({ env }) => Object.keys(env));
    expect(own.filter((name) => !runnable[key].variables?.test(name))).toEqual([]);
    expect(own.filter((name) => !isAllocatorSetting(name))).toEqual([]);
  });
});

test('libraries of packages are those that another project brings', () => {
  expect(packagedAllocators).toEqual(['tcmalloc', 'jemalloc', 'mimalloc', 'scudo']);
});

test('what is recommended to nobody is an instrument', () => {
  expect([...instruments]).toEqual(allocatorKeys.filter((key) => runnable[key].isInstrument));
});

test('a name that this version does not know is that of an unknown allocator', () => {
  expect(allocatorNamed('jemalloc')).toBe(allocators.jemalloc);
  expect(allocatorNamed('toString')).toBe(allocators.unknown);
});
