import { expect, test } from 'vitest';
import { parseMappedFiles } from '../../../src/parse/maps.ts';
import { parseEnviron, parseKiBFields, parseResidentBytes, parseStatusLine } from '../../../src/parse/proc-fields.ts';

test('smaps_rollup: fields in kB become bytes, its address line is no field', () => {
  const text = `55d0c0a00000-7ffd3a5f9000 ---p 00000000 00:00 0    [rollup]
Rss:             1041756 kB
Anonymous:       1013204 kB
Swap:                  0 kB
`;
  expect(Object.fromEntries(parseKiBFields(text))).toEqual({ Rss: 1_066_758_144, Anonymous: 1_037_520_896, Swap: 0 });
});

test('status: resident is what the kernel calls so, and pages of hugetlbfs', () => {
  expect(parseResidentBytes('VmRSS:\t    7 kB\nVmSwap:\t 1 kB\nHugetlbPages:\t    2048 kB\n')).toBe(2055 * 1024);
  expect(parseResidentBytes('VmRSS:\t    7 kB\n')).toBe(7 * 1024);
  expect(parseResidentBytes('Name:\tkthreadd\nHugetlbPages:\t    2048 kB\n')).toBeUndefined();
});

test('status: one line by its name; NSpid of a container has several pids', () => {
  const text = 'Name:\tjava\nNSpid:\t4711\t17\nSigCgt:\t2000000181005ccf\n';
  expect(parseStatusLine(text, 'NSpid')).toBe('4711\t17');
  expect(parseStatusLine(text, 'SigCgt')).toBe('2000000181005ccf');
  expect(parseStatusLine(text, 'Sig')).toBeUndefined();
});

test('environ: entries end with NUL, values may hold = and newlines, entries without = are skipped', () => {
  const cut = 'GLIBC_TUNABLES=glibc.malloc.a=1\0glibc.malloc.b=2\0glibc.malloc.c=3\0A=glibc\0glibc.d=4\0';
  expect(Object.fromEntries(parseEnviron(cut))).toEqual({
    GLIBC_TUNABLES: 'glibc.malloc.a=1:glibc.malloc.b=2:glibc.malloc.c=3',
    A: 'glibc',
    'glibc.d': '4',
  });
  expect(Object.fromEntries(parseEnviron('A=1\0B=x=y\nz\0broken\0A=2\0'))).toEqual({ A: '2', B: 'x=y\nz' });
});

test('maps: only files; a deleted one keeps its name, an escaped newline is a newline', () => {
  const text = [
    '7f1e3c000000-7f1e3c021000 rw-p 00000000 00:00 0 ',
    '7f1e40000000-7f1e40026000 r--p 00000000 fe:00 1319 /usr/lib/x86_64-linux-gnu/libc.so.6',
    '7f1e40026000-7f1e40027000 rw-s 00000000 00:18 5 /tmp/a b\\012c (deleted)',
    '7ffc0a9f4000-7ffc0aa16000 rw-p 00000000 00:00 0                          [stack]',
  ].join('\n');
  expect([...parseMappedFiles(text)]).toEqual(['/usr/lib/x86_64-linux-gnu/libc.so.6', '/tmp/a b\nc']);
});
