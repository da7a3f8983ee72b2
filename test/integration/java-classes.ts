import { crc32 } from 'node:zlib';

export interface TestClass {
  readonly name: string;
  readonly superName: string;
  readonly data: Buffer;
}

/** The smallest class file that names itself and its superclass, made longer by a constant that nobody uses. */
export function makeClass(name: string, superName: string, padding = 0): TestClass {
  const constants = [utf8(name), classAt(1), utf8(superName), classAt(3), double(), utf8('x'.repeat(padding))];
  const numbersTaken = constants.length + 1; // the double takes two
  const head = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, ...u2(numbersTaken + 1)]);
  const tail = Buffer.from([...u2(0x21), ...u2(2), ...u2(4), ...u2(0), ...u2(0), ...u2(0), ...u2(0)]);
  return { name, superName, data: Buffer.concat([head, ...constants, tail]) };
}

/** What the reproducer should find, worked out another way: the sum of the classes' CRCs and of their superclasses' hashes. */
export function expectedTally(classes: readonly TestClass[]): { bytes: number; superclasses: number; checksum: string } {
  const checksum = classes.reduce((sum, { data, superName }) => sum + BigInt(crc32(data)) + BigInt(javaHash(superName)), 0n);
  return {
    bytes: classes.reduce((sum, { data }) => sum + data.length, 0),
    superclasses: new Set(classes.map(({ superName }) => superName)).size,
    checksum: BigInt.asUintN(64, checksum).toString(16),
  };
}

function javaHash(text: string): number {
  return [...text].reduce((hash, character) => (Math.imul(hash, 31) + character.charCodeAt(0)) | 0, 0);
}

function utf8(text: string): Buffer {
  return Buffer.concat([Buffer.from([1, ...u2(text.length)]), Buffer.from(text)]);
}

function classAt(index: number): Buffer {
  return Buffer.from([7, ...u2(index)]);
}

function double(): Buffer {
  return Buffer.from([6, 0, 0, 0, 0, 0, 0, 0, 0]);
}

function u2(value: number): number[] {
  return [value >>> 8, value & 0xff];
}
