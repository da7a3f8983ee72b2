import { describe, expect, test } from 'vitest';
import { assemble, withoutNeeded } from '../../../scripts/standalone/elf.mjs';

const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0';
const kinds = { load: 1, dynamic: 2, interp: 3, note: 4 };
const writable = 6;
/** Where in the program each part is, as linked and in the file alike. */
const at = { dynamic: 0x400, strings: 0x500, text: 0x700, end: 0x800 };
const base = 0x10000;
const strings = '\0libone-0123456789.so.6\0libtwo-0123456789.so.1\0libc.musl-x86_64.so.1\0$ORIGIN/libs\0libshort.so\0';

/** A program of one segment that needs three libraries. */
function program({ flags = writable, text = fuse, needed = ['libone-0123456789.so.6', 'libtwo-0123456789.so.1'], without } = {}) {
  const file = Buffer.alloc(at.end);
  file.write('\x7fELF\x02\x01', 'latin1');
  file.writeBigUInt64LE(BigInt(base + 0x10), 24);
  file.writeBigUInt64LE(64n, 32);
  const headers = [
    [kinds.interp, 4, at.text, 16],
    [kinds.load, flags, 0, at.end],
    [kinds.note, 4, at.text, 32],
    [kinds.dynamic, flags, at.dynamic, 256],
  ].filter(([kind]) => kind !== without);
  file.writeUInt16LE(headers.length, 56);
  for (const [index, [kind, permissions, offset, bytes]] of headers.entries()) {
    const place = 64 + index * 56;
    file.writeUInt32LE(kind, place);
    file.writeUInt32LE(permissions, place + 4);
    for (const [field, value] of [offset, base + offset, base + offset, bytes, bytes, 4096].entries())
      file.writeBigUInt64LE(BigInt(value), place + 8 + field * 8);
  }
  const nameAt = (name) => strings.indexOf(`\0${name}\0`) + 1;
  const entries = [...needed, 'libc.musl-x86_64.so.1'].map((name) => [1, nameAt(name)]);
  for (const [index, [tag, value]] of [[15, nameAt('$ORIGIN/libs')], ...entries, [5, base + at.strings]].entries()) {
    file.writeBigUInt64LE(BigInt(tag), at.dynamic + index * 16);
    file.writeBigUInt64LE(BigInt(value), at.dynamic + index * 16 + 8);
  }
  file.write(strings, at.strings, 'latin1');
  file.write(text, at.text, 'latin1');
  return file;
}

const one = { name: 'libone.so', bytes: Buffer.from('first'), needed: 'libone-0123456789.so.6' };
const parts = (changes = {}) => ({
  program: program(),
  start: Buffer.alloc(301, 0x90),
  blob: Buffer.from('the application'),
  loader: Buffer.from('the loader'),
  carried: [{ name: 'offheap.node', bytes: Buffer.from('the addon') }, one],
  ...changes,
});

const number = (file, place) => Number(file.readBigUInt64LE(place));
const headersOf = (file) =>
  Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const place = 64 + index * 56;
    return {
      kind: file.readUInt32LE(place),
      flags: file.readUInt32LE(place + 4),
      offset: number(file, place + 8),
      address: number(file, place + 16),
      bytes: number(file, place + 32),
    };
  });
const tagsOf = (file) => Array.from({ length: 5 }, (_, index) => number(file, at.dynamic + index * 16));

describe('a program, and all that it needs, in one file', () => {
  const file = assemble(parts());
  const headers = headersOf(file);
  const added = headers.find(({ address, kind }) => kind === kinds.load && address !== base);

  test('has no interpreter: it is entered behind its plan, in a segment after all others', () => {
    expect(headers.map(({ kind }) => kind)).toEqual([kinds.load, kinds.load, kinds.note, kinds.dynamic]);
    expect(added).toMatchObject({ flags: 5, offset: 0x10000, address: 0x20000 });
    expect(number(file, 24)).toBe(0x20000 + 4 * 8 + 4 * 48);
    expect(file.subarray(0, at.dynamic).equals(file)).toBe(false);
  });

  test('the plan has where all lies', () => {
    const plan = file.subarray(added.offset);
    const [own, entry, loader, count] = [0, 8, 16, 24].map((place) => number(plan, place));
    expect({ own, entry, count }).toEqual({ own: 0x20000, entry: base + 0x10, count: 2 });
    expect(loader % 65536).toBe(0);
    expect(file.toString('latin1', loader, loader + 10)).toBe('the loader');
    const rows = [0, 1].map((row) => {
      const place = 32 + row * 48;
      const [offset, bytes, nameAt] = [0, 8, 16].map((field) => number(plan, place + field));
      return {
        content: file.toString('latin1', offset, offset + bytes),
        nameAt,
        name: plan.toString('latin1', place + 24, place + 36),
      };
    });
    expect(rows).toEqual([
      { content: 'the addon', nameAt: 0, name: 'offheap.node' },
      { content: 'first', nameAt: base + at.strings + 1, name: 'libone.so\0\0\0' },
    ]);
  });

  test('the note is the application, found as Node finds it, and Node knows that it is one', () => {
    const note = headers.find(({ kind }) => kind === kinds.note);
    const [nameBytes, contentBytes] = [file.readUInt32LE(note.offset), file.readUInt32LE(note.offset + 4)];
    expect(file.toString('latin1', note.offset + 12, note.offset + 12 + nameBytes)).toBe('NODE_SEA_BLOB\0');
    const content = note.offset + 12 + Math.ceil(nameBytes / 4) * 4;
    expect(file.toString('latin1', content, content + contentBytes)).toBe('the application');
    expect(note.address - added.address).toBe(note.offset - added.offset);
    expect(content + contentBytes).toBeLessThanOrEqual(added.offset + added.bytes);
    expect(file.toString('latin1', at.text, at.text + fuse.length)).toBe(`${fuse.slice(0, -1)}1`);
  });

  test('no folder beside it is searched for libraries', () => {
    expect(tagsOf(file)[0]).not.toBe(15);
    expect(tagsOf(file).slice(1)).toEqual([1, 1, 1, 5]);
  });
});

test('a library that leaves what it needs to the program', () => {
  const library = program();
  expect(tagsOf(withoutNeeded(library, ['libtwo-0123456789.so.1']))).toEqual([15, 1, 0x6000000d, 1, 5]);
  expect(tagsOf(library)).toEqual([15, 1, 1, 1, 5]);
});

test.for([
  ['no ELF file', { program: Buffer.alloc(64) }, 'expected a 64-bit little-endian ELF file, found something else.'],
  ['a Node that is an application already', { program: program({ text: `${fuse.slice(0, -1)}1` }) }, 'expected a Node that can be'],
  ['two fuses', { program: program({ text: fuse + fuse }) }, 'expected a Node that can be an application and is none yet'],
  ['a static program', { program: program({ without: kinds.interp }) }, 'expected one interpreter, found 0.'],
  ['a program without a note', { program: program({ without: kinds.note }) }, 'expected a program with a note, found none.'],
  [
    'a name that may not be written to',
    { program: program({ flags: 4 }) },
    'expected room for a path where the program names libone-',
  ],
  [
    'a name that is too short',
    { program: program({ needed: ['libshort.so'] }), carried: [{ ...one, needed: 'libshort.so' }] },
    'expected room for a path',
  ],
  [
    'a library that it does not need',
    { carried: [{ ...one, needed: 'libother.so' }] },
    'expected the program to need libother.so, found libone-',
  ],
  [
    'five libraries',
    { carried: Array.from({ length: 5 }, () => ({ ...one, needed: undefined })) },
    'expected 4 libraries at most, found 5.',
  ],
])('%s: one sentence', ([, changes, sentence]) => {
  expect(() => assemble(parts(changes))).toThrow(sentence);
});
