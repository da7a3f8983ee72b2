import { describe, expect, test } from 'vitest';
import { parseConfigurations } from '../../../src/allocators/parse-configurations.ts';
import { itemOf, spaceOf } from '../../../src/allocators/space.ts';

const contentOf = ({ allocator, env, jvmFlags }: ReturnType<typeof spaceOf>[number]) => JSON.stringify([allocator, env, jvmFlags]);

describe('the space of settings', () => {
  test('of glibc has all combinations, each once, after what was given', () => {
    const space = spaceOf(parseConfigurations('glibc,glibc-arena2'), 7);
    // 4 limits of arenas, 2 trim thresholds, 3 mmap thresholds, with and without tcache.
    expect(space.length).toBe(4 * 2 * 3 * 2);
    expect(space.slice(0, 2).map(({ key }) => key)).toEqual(['glibc', 'glibc-arena2']);
    expect(new Set(space.map(contentOf)).size).toBe(space.length);
    expect(new Set(space.map(({ key }) => key)).size).toBe(space.length);
  });

  test('is of the allocators that were given, and none of a library of the user', () => {
    const space = spaceOf(parseConfigurations('tcmalloc,mmap'), 7);
    expect(new Set(space.map(({ allocator }) => allocator))).toEqual(new Set(['tcmalloc', 'mmap']));
    expect(space.length).toBe(4 + 1);
  });

  test('has the same order for the same seed, and another for another', () => {
    const keys = (seed: number) => spaceOf(parseConfigurations('glibc'), seed).map(({ key }) => key);
    expect(keys(7)).toEqual(keys(7));
    expect(keys(7)).not.toEqual(keys(8));
  });
});

describe('an item of --allocator', () => {
  test.each([
    'glibc',
    'glibc,jemalloc',
    'mine=jemalloc,MALLOC_CONF=narenas:2,dirty_decay_ms:0',
    'glibc,MALLOC_ARENA_MAX=3,-Xmx7m',
    'tcmalloc',
  ])('is read as what it is of: %s', (list) => {
    const given = parseConfigurations(list);
    for (const configuration of [...given, ...spaceOf(given, 7)]) {
      const [again, ...more] = parseConfigurations(itemOf(configuration));
      expect(more).toEqual([]);
      expect([again?.key, again && contentOf(again)]).toEqual([configuration.key, contentOf(configuration)]);
    }
  });

  test('several of them are one list', () => {
    const space = spaceOf(parseConfigurations('glibc,jemalloc,tcmalloc'), 7);
    expect(parseConfigurations(space.map(itemOf).join(',')).map(({ key }) => key)).toEqual(space.map(({ key }) => key));
  });
});
