import { expect, test } from 'vitest';
import { findOwnerRoots } from '../../../src/observe/owner-roots.ts';
import { parseMaps } from '../../../src/parse/maps.ts';

const rootsOf = (...lines: string[]) => {
  const { sources, ranges } = findOwnerRoots(parseMaps(lines.join('\n')));
  return ranges.map(({ start, end, source }) => [start, end, sources[source]?.kind, sources[source]?.name]);
};

const program = [
  '1000-2000 r-xp 00000000 08:01 1 /app/server',
  '2000-3000 r--p 00001000 08:01 1 /app/server',
  '3000-4000 rw-p 00002000 08:01 1 /app/server',
  '4000-6000 rw-p 00000000 00:00 0',
];

test('writable data of a file and the .bss behind it are that file’s; what nobody can write holds no pointer to a block', () => {
  expect(rootsOf(...program)).toEqual([
    [0x3000, 0x4000, 'library', 'server'],
    [0x4000, 0x6000, 'library', 'server'],
  ]);
});

test('the JVM’s library and its archive are the JVM, and what it maps besides is told apart', () => {
  expect(
    rootsOf(
      '1000-2000 rw-p 00000000 08:01 1 /jdk/lib/server/libjvm.so',
      '3000-4000 rw-p 00000000 08:01 2 /jdk/lib/server/classes.jsa',
      '5000-6000 rwxp 00000000 00:00 0',
    ),
  ).toEqual([
    [0x1000, 0x2000, 'jvm', 'JVM'],
    [0x3000, 0x4000, 'jvm', 'JVM'],
    [0x5000, 0x6000, 'mapped', 'metaspace, code cache and other mappings'],
  ]);
});

test('memory of others, of the kernel, and of nobody who may read it is left out', () => {
  expect(
    rootsOf(
      '1000-2000 rw-s 00000000 00:01 7 /dev/shm/shared',
      '3000-4000 ---p 00000000 00:00 0',
      '5000-6000 r-xp 00000000 00:00 0 [vdso]',
      '7000-8000 r--p 00000000 00:00 0 [vvar]',
      '9000-a000 rw-p 00000000 00:00 0 [heap]',
    ),
  ).toEqual([[0x9000, 0xa000, 'mapped', 'other mappings']]);
});

test('a mapping behind a file that is larger than any .bss is not the file’s', () => {
  const [, , file = ''] = program;
  expect(rootsOf(file, '3000-4000 rw-p 00002000 08:01 1 /app/server', '4000-8000000 rw-p 00000000 00:00 0').at(-1)).toEqual([
    0x4000,
    0x8000000,
    'mapped',
    'other mappings',
  ]);
});
