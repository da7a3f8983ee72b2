import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { allocatorKeys, allocatorNames } from '../../src/allocators/registry.ts';
import { commandList } from '../../src/command-list.ts';
import { regionKinds } from '../../src/model/region-kinds.ts';
import { toCamelCase } from '../../src/native/camel-case.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');
const section = /\n## To add …\n([\s\S]*?)(?:\n## |$)/.exec(read('CONTRIBUTING.md'))?.[1] ?? '';
/** What is touched to add something, by what it is. */
const recipes = section
  .trim()
  .split(/\n\n(?=\*\*)/)
  .map((text) => ({
    what: /^\*\*(an? [\w ]+)/.exec(text)?.[1] ?? '',
    files: [...new Set([...text.matchAll(/`((?:src|test|docs|data|native)\/[^`]*)`/g)].map(([, file = '']) => file))],
    example: /```ts\n([\s\S]*?)```/.exec(text)?.[1],
    named: /For example `?([\w -]+?)`?[,:]/.exec(text)?.[1] ?? '',
    code: [...text.matchAll(/```\w+\n([\s\S]*?)```/g)]
      .flatMap(([, block = '']) => block.trim().split('\n'))
      .map((line) => line.trim()),
  }));

describe.each(recipes)('to add $what', ({ files }) => {
  test('each file that is named is there', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !file.includes('NAME') && !existsSync(`${root}${file}`))).toEqual([]);
  });
});

describe('to add an allocator', () => {
  const { files, example } = recipes.find(({ what }) => what === 'an allocator') ?? {};

  test('at most three files are touched', () => {
    expect(files).toEqual(['src/allocators/NAME.ts', 'src/allocators/registry.ts', 'data/allocators.json']);
  });

  test('the example is a file that is there', () => {
    const source = read('src/allocators/musl.ts').replaceAll(/^ *\/[/*].*\n/gm, '');
    expect(source.endsWith(`\n${example}`)).toBe(true);
  });

  test('all that are there were added so', () => {
    for (const name of allocatorNames) {
      expect(existsSync(`${root}src/allocators/${name}.ts`), name).toBe(true);
      expect(read('src/allocators/registry.ts')).toContain(`from './${name}.ts'`);
    }
    expect(Object.keys(JSON.parse(read('data/allocators.json')))).toEqual(allocatorKeys);
  });

  test('no other file of src has a list of them to be extended', () => {
    const others = new Set(allocatorNames.map((name) => `allocators/${name}.ts`));
    const modules = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !others.has(file),
    );
    // These mean more than an allocator: the libcs, a system call, and what is not known.
    const names = allocatorNames.filter((name) => !['glibc', 'musl', 'mmap', 'unknown'].includes(name));
    const quoted = new RegExp(`'(?:${names.join('|')})'`);
    expect(modules.length).toBeGreaterThan(200);
    expect(modules.filter((file) => quoted.test(read(`src/${file}`)))).toEqual([]);
  });
});

describe.each(['a counter', 'a region'])('to add %s', (wanted) => {
  const { files = [], named = '', code = [] } = recipes.find(({ what }) => what === wanted) ?? {};

  test('the example is in each file that is named', () => {
    const spellings = new Set([named, toCamelCase(named)]);
    // The page's version is raised for it, and nothing of a region is among known ranges that is known by its name.
    const others = new Set(['native/shared/counter_page.h', 'src/observe/regions/known-ranges.ts']);
    const without = files.filter((file) => !others.has(file) && ![...spellings].some((spelling) => read(file).includes(spelling)));
    expect(files.length).toBeGreaterThan(4);
    expect(without).toEqual([]);
  });

  test('the lines that are shown are those of the sources', () => {
    const lines = new Set(files.flatMap((file) => read(file).split('\n')).map((line) => line.trim()));
    expect(code.length).toBeGreaterThan(0);
    expect(code.filter((line) => !lines.has(line))).toEqual([]);
  });
});

test('docs/evidence.md says what each region is, in the order of the breakdown', () => {
  const rows = [...read('docs/evidence.md').matchAll(/^\| `([a-z ]+)` \| [^|]+ \|$/gm)].map(([, kind]) => kind);
  expect(rows).toEqual(regionKinds);
});

describe('to add a command', () => {
  const { example = '' } = recipes.find(({ what }) => what === 'a command') ?? {};

  test('the example is a command that is there, with parts left out', async () => {
    const parts = example.split(/^ *…\n/m);
    expect(parts.length).toBeGreaterThan(3);
    const source = read('src/commands/histo.ts');
    const positions = parts.map((part) => source.indexOf(part));
    expect(positions.every((position) => position > 0)).toBe(true);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    const entry = commandList.find(({ name }) => name === 'histo');
    expect((await entry?.load())?.name).toBe('histo');
  });

  test('all that are there were added so', async () => {
    const [, commands = ''] = read('README.md').split('\n## Commands\n');
    const rows = [...commands.matchAll(/^\| `offheap ([\w-]+)/gm)].map(([, name]) => name);
    const definitions = await Promise.all(commandList.map(({ load }) => load()));
    const shown = definitions.filter(({ isHidden }) => !isHidden).map(({ name }) => name);
    expect(rows.sort()).toEqual(shown.sort());
    for (const { name } of commandList) expect(existsSync(`${root}src/commands/${name}.ts`), name).toBe(true);
  });
});
