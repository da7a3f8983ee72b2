import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderApiPage } from '../../scripts/lib/api-page.mjs';
import { root, runScript } from '../cli/offheap.ts';
import { copied, whyNoCopy } from '../fixtures/cores.ts';
import { startHeap } from '../native/inspected.ts';
import { metered } from '../native/preloaded.ts';
import { freePort } from './compare-programs.ts';

const page = readFileSync(join(root, 'docs', 'api.md'), 'utf8');

/** What stands under each heading. */
const sections = page.split(/^## /m).map((section) => {
  const [heading = ''] = section.split('\n');
  return { heading, examples: [...section.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code) };
});
const programs = [...page.matchAll(/^`(\w+\.mjs)`:\n\n```js\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => ({
  name,
  code,
}));

describe('docs/api.md', () => {
  const { page: rendered, exported } = renderApiPage(root);

  test('has the tables of the types and docstrings of this version: npm run build:api-page', () => {
    expect(rendered === page, 'docs/api.md is stale').toBe(true);
    expect(page).not.toMatch(/\| +\|$/m);
  });

  test('has a heading for every function, and a line for every type', () => {
    expect(exported.length).toBeGreaterThan(40);
    const headings = sections.flatMap(({ heading }) => heading.split(', '));
    const values = exported.filter(({ isType }) => !isType).map(({ name }) => name);
    // The old name, and a class that openCounters makes.
    const elsewhere = ['locatePreloadLibrary', 'CounterReader'];
    expect(values.filter((name) => !headings.includes(name) && !elsewhere.includes(name))).toEqual([]);
    const types = exported.filter(({ isType }) => isType).map(({ name }) => name);
    expect(types.filter((name) => !page.includes(`| \`${name}\` | `))).toEqual([]);
  });

  test('every export says what it is', () => {
    expect(exported.filter(({ name, doc }) => doc === '' && name !== 'locatePreloadLibrary')).toEqual([]);
  });
});

/** In the project, where its own name leads to it as it does for who has installed it. */
let folder: string;
let port: number;
beforeAll(async () => {
  const parent = join(root, 'build', 'test-api');
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'examples-'));
  port = await freePort();
  copyFileSync(join(root, 'test', 'fixtures', 'dead', 'hs_err-17-data.log'), join(folder, 'hs_err_pid4711.log'));
  for (const { name, code } of programs) writeFileSync(join(folder, name), onPort(code));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The core file of which an example tells. */
async function leaveCore(): Promise<void> {
  const { pid } = await startHeap('heap_pages');
  renameSync(copied(pid, folder), join(folder, 'core.4711'));
}

const onPort = (code: string) => code.replaceAll('8080', String(port));

/** Runs an example as somebody would who has copied it, on a process behind the meter. */
async function run(code: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { pid } = await startHeap('heap_pages', metered());
  const file = join(folder, 'example.mjs');
  // Examples name files of the folder that they run in.
  writeFileSync(file, `process.chdir(import.meta.dirname);\n${onPort(code)}`);
  return runScript(file, [String(pid)], { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' });
}

describe('the examples of docs/api.md run as they stand', () => {
  /** What each prints. In the order of the page: that of resultFile reads what that of compare has written. */
  const printed: Record<string, RegExp> = {
    'The programming interface': /^.+\n/,
    doctor: /^\d+ bytes, most of them [a-z ]+; -?\d+ more in half a second\n$/,
    listJvms: /^\d+ JVMs\n/,
    explainOom: /^(?:killed|no-kill|unknown) .+\n/,
    diagnoseFile: /^The JVM ended because .+\ndata-limit Raise the limit of data, or lift it\.\n/,
    compare: /^glibc ok \d+\nglibc-arena2 ok \d+\nmine ok \d+\n$/,
    guard: /^kept\n$/,
    inspectHeap: /^\d+ arenas, \d+ bytes live, \d+ for malloc_trim\n$/,
    owners: /^[a-z]+ .+ has \d+ of \d+ bytes\n$/,
    coreOwners: /^true heap_pages\n$/,
    // The program of the examples is no JVM.
    trim: /^Expected process \d+ to be a JVM whose allocator .+\n$/,
    'openCounters, describeCounters': /^meter \d+ \d+\nbytes\n$/,
    libraryPath: /^0\n1\n2\n/,
    listLibraries: /^meter glibc \/.+\/libmeter\.so\nmmapalloc glibc \/.+\nallocator-agent glibc \/.+\n/,
    resultFile: /^3\n$/,
  };
  const examples = sections.filter(({ heading, examples: [code] }) => code && !heading.startsWith('The program of'));

  test('each has something to print here', () => {
    expect(examples.map(({ heading }) => heading.replace('# ', ''))).toEqual(Object.keys(printed));
    expect(programs.map(({ name }) => name)).toEqual(['server.mjs', 'load.mjs']);
  });

  test.for(Object.keys(printed))('%s', async (heading, { skip }) => {
    const [code = ''] = examples.find((section) => section.heading.replace('# ', '') === heading)?.examples ?? [];
    if (heading === 'coreOwners') {
      skip(whyNoCopy !== undefined, whyNoCopy);
      await leaveCore();
    }
    const { status, stdout, stderr } = await run(code);
    expect({ status, stderr: heading === 'compare' ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(printed[heading] ?? /^$/);
  });
});
