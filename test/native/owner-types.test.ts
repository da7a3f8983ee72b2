import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OwnersResult } from '../../src/model/owners.ts';
import { startFile, startHeap } from './inspected.ts';
import { chunkOf, ownerOf, ownersOf } from './owners.ts';
import { compile, type Kind, temporaryFolder } from './preloaded.ts';

/** Of typed_blocks.cc; the sizes of objects are x86-64's and arm64's. */
const ofProgram = [
  { name: 'shapes::Box<long>', blocks: 1009, bytes: 1009 * chunkOf(112) },
  { name: 'shapes::Label', blocks: 1013, bytes: 1013 * chunkOf(24) },
  { name: 'shapes::Circle', blocks: 997, bytes: 997 * chunkOf(16) },
];
const ofLibrary = [{ name: 'plugin::Session', blocks: 1021, bytes: 1021 * chunkOf(32) }];
const compileLibrary = () => compile('typed_library', 'library');

function typesOf(result: OwnersResult, name: string) {
  const { blocks, types } = ownerOf(result, 'library', name);
  return { blocks, types };
}

test('objects of classes with virtual functions are told by their class; other blocks are of none', async () => {
  const { pid } = await startFile(compile('typed_blocks'), [compileLibrary()]);
  const result = await ownersOf(pid);
  expect(typesOf(result, 'typed_blocks')).toEqual({ blocks: 997 + 1009 + 1013 + 503, types: ofProgram });
  expect(typesOf(result, 'typed_library').types).toEqual(ofLibrary);
});

test.each<Kind>(['fixed', 'static', 'static-pie'])('%s', async (kind) => {
  const { pid } = await startFile(compile('typed_blocks', kind));
  expect(typesOf(await ownersOf(pid), `typed_blocks-${kind}`).types).toEqual(ofProgram);
});

describe('without the symbols that linkers need no more', () => {
  function strip(path: string, folder: string): string {
    const stripped = join(folder, path.slice(path.lastIndexOf('/') + 1));
    copyFileSync(path, stripped);
    expect(spawnSync('strip', ['--strip-all', stripped]).status).toBe(0);
    return stripped;
  }

  test('a library exports its classes, and a program none', async () => {
    const folder = temporaryFolder();
    const { pid } = await startFile(strip(compile('typed_blocks'), folder), [strip(compileLibrary(), folder)]);
    const result = await ownersOf(pid);
    expect(typesOf(result, 'typed_library').types).toEqual(ofLibrary);
    expect(typesOf(result, 'typed_blocks').types).toBeUndefined();
  });
});

describe('files that are gone', () => {
  async function startCopies() {
    const folder = temporaryFolder();
    const paths = [compile('typed_blocks'), compileLibrary()].map((path) => {
      const copy = join(folder, path.slice(path.lastIndexOf('/') + 1));
      copyFileSync(path, copy);
      return copy;
    });
    const [program = '', library = ''] = paths;
    return { pid: (await startFile(program, [library])).pid, program, library };
  }

  test('a deleted program', async () => {
    const { pid, program } = await startCopies();
    rmSync(program);
    expect(typesOf(await ownersOf(pid), 'typed_blocks').types).toEqual(ofProgram);
  });

  test('a library in whose place another file is: its names are not those of that file', async () => {
    const { pid, program, library } = await startCopies();
    copyFileSync(program, `${library}.new`);
    renameSync(`${library}.new`, library);
    const { types } = typesOf(await ownersOf(pid), 'typed_library');
    // As the user that owns the mapping, or not: map_files is the administrator's.
    expect([undefined, ofLibrary]).toContainEqual(types);
  });
});

test('names that would fill the memory, or are none, are told as they are, up to a bound', async () => {
  const { pid } = await startHeap('hostile_types');
  const { blocks, types = [] } = typesOf(await ownersOf(pid), 'hostile_types');
  expect(blocks).toBe(5 * 11);
  expect(types.map((type) => type.blocks)).toEqual([11, 11, 11, 11]);
  const names = types.map(({ name }) => name).sort();
  expect(names).toEqual([
    'Sound',
    expect.stringMatching(/^_ZTV1AI1PIiiES0_.{200,}…$/),
    expect.stringMatching(/^_ZTV2048a{248}…$/),
    '_ZTVnothing',
  ]);
});
