import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findAllocator, locateConfiguration } from '../../src/allocators/locate.ts';
import { parseConfigurations } from '../../src/allocators/parse-configurations.ts';
import { type AllocatorKey, packagedAllocators } from '../../src/allocators/registry.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { compile, library } from './preloaded.ts';

const bare = compile('own_allocator', 'library');

function folderFor(): string {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-own-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('NAME=/path/lib.so', () => {
  test('is a configuration of that library, with settings of its own', async () => {
    const [glibc, mine, last] = parseConfigurations(`glibc,mine=${bare},MY_SETTING=1,2,-Xmx7m,jemalloc`);
    expect([glibc?.key, last?.key]).toEqual(['glibc', 'jemalloc']);
    expect(mine).toMatchObject({ key: 'mine', allocator: 'own', library: bare, env: { MY_SETTING: '1,2' }, jvmFlags: ['-Xmx7m'] });
    if (mine) expect(await locateConfiguration(mine, execaRunner)).toMatchObject({ found: true, preload: bare, library: bare });
  });

  test('two builds of one allocator are two configurations', () => {
    const all = parseConfigurations(`old=${bare},new=${bare},A_B=1`);
    expect(all.map(({ key, env }) => [key, env])).toEqual([
      ['old', {}],
      ['new', { A_B: '1' }],
    ]);
  });

  test('a path may be relative', () => {
    expect(parseConfigurations(`mine=./${relative(process.cwd(), bare)}`)[0]?.library).toBe(bare);
  });

  test.for(packagedAllocators)('a build of %s is recognised whatever its file is called', async (key: AllocatorKey, { skip }) => {
    const location = await findAllocator(key, execaRunner);
    if (!location.found) return skip(location.reason);
    const link = join(folderFor(), 'whatever.so');
    symlinkSync(location.library, link);
    expect(parseConfigurations(`mine=${link}`)[0]).toMatchObject({ allocator: key, library: link });
  });

  test('one that is gone when it is run is said to be', async () => {
    const path = join(folderFor(), 'lib.so');
    copyFileSync(bare, path);
    const [mine] = parseConfigurations(`mine=${path}`);
    rmSync(path);
    if (mine)
      expect(await locateConfiguration(mine, execaRunner)).toMatchObject({
        found: false,
        reason: expect.stringContaining('does not exist any more'),
      });
  });
});

describe('what cannot serve malloc is refused before anything runs', () => {
  const messageOf = (path: string) => {
    try {
      parseConfigurations(`mine=${path}`);
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('no file, a folder, a text', () => {
    const folder = folderFor();
    writeFileSync(join(folder, 'text'), 'malloc free');
    expect(messageOf(join(folder, 'none.so'))).toMatch(/^Expected the library ".*none\.so", but it does not exist\. Name the file/);
    expect(messageOf(folder)).toMatch(/to be the file of a library, but it is another kind of file/);
    expect(messageOf(join(folder, 'text'))).toMatch(/to be a shared library of 64 bits to preload, but it is none/);
  });

  test('a library without malloc', () => {
    expect(messageOf(compile('owned_library', 'library'))).toMatch(/to export malloc and free, but it has no malloc and no free/);
  });

  test('a library of another machine', () => {
    const path = join(folderFor(), 'other.so');
    const file = readFileSync(bare);
    file.writeUInt16LE(243, 0x12);
    writeFileSync(path, file);
    expect(messageOf(path)).toMatch(/to be a library for (x86-64|arm64), but it is one for riscv64/);
  });

  test('a name that is a configuration already', () => {
    expect(() => parseConfigurations(`glibc=${library}`)).toThrow(/^Expected a new name/);
  });
});
