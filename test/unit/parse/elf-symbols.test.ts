import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findLibrary } from '../../../src/allocators/locate.ts';
import { readSharedLibrary } from '../../../src/parse/elf-symbols.ts';

const readerOf = (file: Uint8Array) => (offset: number, length: number) => file.subarray(offset, offset + length);
const libc = readFileSync(findLibrary('glibc') ?? '');
const machine = { x64: 'x86-64', arm64: 'arm64' }[process.arch as string];

test('libc is for this machine, and exports what programs call', () => {
  const found = readSharedLibrary(readerOf(libc));
  expect(found?.machine).toBe(machine);
  expect(found?.exports.size).toBeGreaterThan(2000);
  expect(['malloc', 'free', 'printf', 'mallctl'].map((name) => found?.exports.has(name))).toEqual([true, true, true, false]);
});

test('what it asks of others it does not export', () => {
  const found = readSharedLibrary(readerOf(libc));
  // The dynamic linker has it.
  expect(found?.exports.has('__tls_get_addr')).toBe(false);
});

describe('a file that is no library', () => {
  const changed = (change: (file: Buffer) => void) => {
    const file = Buffer.from(libc);
    change(file);
    return readSharedLibrary(readerOf(file));
  };
  test.each<[string, (file: Buffer) => void]>([
    ['no ELF', (file) => file.write('ELF?', 0)],
    ['32 bits', (file) => file.writeUInt8(1, 4)],
    ['big-endian', (file) => file.writeUInt8(2, 5)],
    ['an object file', (file) => file.writeUInt16LE(1, 0x10)],
    ['no sections', (file) => file.writeUInt16LE(0, 0x3c)],
  ])('%s', (_, change) => {
    expect(changed(change)).toBe(undefined);
  });

  test('another machine is told', () => {
    expect(changed((file) => file.writeUInt16LE(183, 0x12))?.machine).toBe('arm64');
    expect(changed((file) => file.writeUInt16LE(7, 0x12))?.machine).toBe('7');
  });

  test.each([0, 19, 20, 64, 4096])('%d bytes of one', (bytes) => {
    expect(readSharedLibrary(readerOf(libc.subarray(0, bytes)))).toBe(undefined);
  });
});
