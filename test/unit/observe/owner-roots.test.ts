import { expect, test } from 'vitest';
import { findOwnerRoots } from '../../../src/observe/owner-roots.ts';
import { parseMaps } from '../../../src/parse/maps.ts';

function rootsOf(...lines: string[]) {
  const { sources, ranges } = findOwnerRoots(parseMaps(`${lines.join('\n')}\n`));
  return ranges.map(({ start, end, source }) => [
    `${start.toString(16)}-${end.toString(16)}`,
    sources[source]?.kind,
    sources[source]?.name,
  ]);
}

test('of a file its writable data, what was closed before them, and its .bss', () => {
  expect(
    rootsOf(
      '1000-2000 r--p 00000000 08:01 7 /lib/libx.so.1',
      '2000-3000 r-xp 00001000 08:01 7 /lib/libx.so.1',
      '3000-4000 r--p 00002000 08:01 7 /lib/libx.so.1',
      '4000-5000 r--p 00003000 08:01 7 /lib/libx.so.1',
      '5000-6000 rw-p 00004000 08:01 7 /lib/libx.so.1',
      '6000-8000 rw-p 00000000 00:00 0',
    ),
  ).toEqual([
    ['4000-5000', 'library', 'libx.so.1'],
    ['5000-6000', 'library', 'libx.so.1'],
    ['6000-8000', 'library', 'libx.so.1'],
  ]);
});

test('a .bss behind data that were closed; what lies behind a file that is only read is no .bss', () => {
  expect(
    rootsOf(
      '1000-2000 r--p 00003000 08:01 7 /lib/libx.so.1',
      '2000-3000 rw-p 00000000 00:00 0',
      '5000-6000 r--p 00000000 08:01 8 /usr/lib/locale/C.utf8/LC_TELEPHONE',
      '6000-7000 rw-p 00000000 00:00 0',
    ),
  ).toEqual([
    ['2000-3000', 'library', 'libx.so.1'],
    ['6000-7000', 'mapped', 'other mappings'],
  ]);
});

test('what lies behind a jar is not its .bss: a jar is mapped to be shared', () => {
  expect(rootsOf('1000-2000 r--s 00003000 08:01 7 /jre/lib/rt.jar', '2000-3000 rw-p 00000000 00:00 0')).toEqual([
    ['2000-3000', 'mapped', 'other mappings'],
  ]);
});

test('nothing that is shared, closed or the kernel’s; libjvm.so is the JVM', () => {
  expect(
    rootsOf(
      '1000-2000 rw-s 00000000 00:01 7 /dev/shm/x',
      '2000-3000 ---p 00000000 00:00 0',
      '3000-4000 rw-p 00001000 08:01 9 /jdk/lib/server/libjvm.so',
      '5000-6000 rw-p 00000000 00:00 0',
      '7000-8000 r-xp 00000000 00:00 0 [vdso]',
    ),
  ).toEqual([
    ['3000-4000', 'jvm', 'JVM'],
    ['5000-6000', 'mapped', 'metaspace, code cache and other mappings'],
  ]);
});
