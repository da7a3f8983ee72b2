import { expect, test } from 'vitest';
import { parseNeeds, tooNew } from '../../../scripts/lib/elf.mjs';

// As readelf of binutils 2.40 prints it, shortened.
const printed = `ELF Header:
  Class:                             ELF64
  Machine:                           AArch64
  Version:                           0x1

Dynamic section at offset 0x8db8 contains 3 entries:
  Tag        Type                         Name/Value
 0x0000000000000001 (NEEDED)             Shared library: [libstdc++.so.6]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000000e (SONAME)             Library soname: [own.so]

Version definition section '.gnu.version_d' contains 1 entry:
  000000: Rev: 1  Flags: none  Index: 2  Cnt: 1  Name: OWN_9.0

Version needs section '.gnu.version_r' contains 2 entries:
 Addr: 0x0000000000001a60  Offset: 0x00001a60  Link: 4 (.dynstr)
  000000: Version: 1  File: libstdc++.so.6  Cnt: 1
  0x0010:   Name: GLIBCXX_3.4.21  Flags: none  Version: 9
  0x0020: Version: 1  File: libc.so.6  Cnt: 3
  0x0030:   Name: GLIBC_2.38  Flags: none  Version: 7
  0x0040:   Name: GLIBC_ABI_DT_RELR  Flags: none  Version: 6
  0x0050:   Name: GLIBC_2.4  Flags: none  Version: 5
`;

test('reads the machine and the needs, not what the file itself defines', () => {
  expect(parseNeeds(printed)).toEqual({
    machine: 'AArch64',
    libraries: ['libstdc++.so.6', 'libc.so.6'],
    versions: ['GLIBCXX_3.4.21', 'GLIBC_2.38', 'GLIBC_2.4', 'GLIBC_ABI_DT_RELR'],
  });
});

test('2.38 is too new and 2.4 is not; so is what has no number, or comes of a library that not every system has', () => {
  expect(tooNew(parseNeeds(printed).versions)).toEqual(['GLIBCXX_3.4.21', 'GLIBC_2.38', 'GLIBC_ABI_DT_RELR']);
  expect(tooNew(['GLIBC_2.17', 'GLIBC_2.17.1', 'GLIBC_2.18', 'GLIBC_2.2.5', 'GCC_3.0'])).toEqual([
    'GLIBC_2.17.1',
    'GLIBC_2.18',
    'GCC_3.0',
  ]);
});

test('for musl any version is one too many', () => {
  expect(tooNew(['GLIBC_2.2.5'], 'musl')).toEqual(['GLIBC_2.2.5']);
  expect(tooNew([], 'musl')).toEqual([]);
});
