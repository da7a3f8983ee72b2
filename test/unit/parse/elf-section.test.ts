import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findElfSection } from '../../../src/parse/elf-section.ts';

const readerOf = (file: Uint8Array) => (offset: number, length: number) => file.subarray(offset, offset + length);
const node = readFileSync(process.execPath);

test('a section lies where the program has it', () => {
  const found = findElfSection(readerOf(node), '.text');
  expect(found?.bytes).toBeGreaterThan(1_000_000);
  // Of all sections of a program .interp alone has the path of its linker.
  const interp = findElfSection(readerOf(node), '.interp');
  expect(node.toString('latin1', interp?.offset, (interp?.offset ?? 0) + (interp?.bytes ?? 0))).toMatch(/^\/lib.*\/ld-linux.*\0$/);
  expect(findElfSection(readerOf(node), '.tex')).toBeUndefined();
  expect(findElfSection(readerOf(node), '.svm_heap')).toBeUndefined();
});

describe('a file without it', () => {
  const changed = (change: (file: Buffer) => void) => {
    const file = Buffer.from(node);
    change(file);
    return findElfSection(readerOf(file), '.text');
  };

  test.each<[string, (file: Buffer) => void]>([
    ['no ELF file', (file) => file.fill(0, 0, 4)],
    ['of 32 bits', (file) => file.writeUInt8(1, 4)],
    ['big-endian', (file) => file.writeUInt8(2, 5)],
    ['whose section headers were cut off', (file) => file.writeUInt16LE(0, 0x3c)],
    ['with more section headers than programs have', (file) => file.writeUInt16LE(1025, 0x3c)],
    ['with headers of another size', (file) => file.writeUInt16LE(40, 0x3a)],
    ['with names in no section', (file) => file.writeUInt16LE(0xffff, 0x3e)],
    ['with its headers behind its end', (file) => file.writeBigUInt64LE(2n ** 62n, 0x28)],
  ])('%s has none', (_, change) => {
    expect(changed(change)).toBeUndefined();
  });

  test.each([0, 3, 63, 64])('of %d bytes has none', (bytes) => {
    expect(findElfSection(readerOf(node.subarray(0, bytes)), '.text')).toBeUndefined();
  });
});
