import { expect, test } from 'vitest';
import { configurations, parseConfigurations } from '../../../src/allocators/configurations.ts';

const keys = (text: string) => parseConfigurations(text).map(({ key }) => key);

test('a comma list keeps its order and names each configuration once', () => {
  expect(keys('mmap,glibc, mmap')).toEqual(['mmap', 'glibc']);
});

test('custom and zjbmalloc are the mmap allocator', () => {
  expect(keys('custom')).toEqual(['mmap']);
  expect(keys('zjbmalloc,custom,mmap')).toEqual(['mmap']);
});

test('all is every configuration, glibc first', () => {
  expect(keys('all')).toEqual(['glibc', 'glibc-arena1', 'glibc-arena2', 'glibc-trim', 'tcmalloc', 'jemalloc', 'mimalloc', 'mmap']);
  expect(keys('mmap,all')[0]).toBe('mmap');
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
