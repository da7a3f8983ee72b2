import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { architectures, prebuilds } from '../../scripts/lib/cross.mjs';
import { newestGlibc, readNeeds, tooNew } from '../../scripts/lib/elf.mjs';
import { prebuild, prebuildTimeoutMs } from './prebuild.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (page) => readFileSync(join(root, page), 'utf8');
const symbolsOf = (file, which) =>
  execFileSync('nm', ['--dynamic', which, '--format=just-symbols', file], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((name) => name.replace(/@.*/, ''));

/** What of libc is loaded with each: before 2.34 threads, dlsym and more were libraries of their own. */
const libraries = {
  glibc: ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0', 'ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'],
  musl: ['libc.so'],
};
const exportsOf = {
  'liballocator-agent.so': ['Agent_OnAttach'],
  'offheap.node': ['napi_register_module_v1', 'node_api_module_get_api_version_v1'],
};

beforeAll(prebuild, prebuildTimeoutMs);

describe.each(prebuilds)('native code of $folder', ({ folder, arch, libc }) => {
  const path = (file) => join(root, 'prebuilds', folder, file);

  test('is there', () => {
    expect(readdirSync(join(root, 'prebuilds', folder)).sort()).toEqual([
      'liballocator-agent.so',
      'libmeter.so',
      'libmmapalloc.so',
      'offheap.node',
    ]);
  });

  test.each(['liballocator-agent.so', 'libmeter.so', 'libmmapalloc.so', 'offheap.node'])(
    '%s needs no newer system than README says, and nothing but libc',
    (file) => {
      const needs = readNeeds(path(file));
      expect(needs.machine).toBe(architectures[arch].machine);
      expect(tooNew(needs.versions, libc)).toEqual([]);
      // The agent asks for no library and no version: it has to load into whatever libc a JVM has.
      expect(needs.libraries.length > 0).toBe(file !== 'liballocator-agent.so');
      expect(needs.versions.length > 0).toBe(libc === 'glibc' && file !== 'liballocator-agent.so');
      expect(needs.libraries.filter((library) => !libraries[libc].includes(library))).toEqual([]);
    },
  );

  test('shows what is called from outside, and nothing of C++', () => {
    for (const [file, names] of Object.entries(exportsOf)) expect(symbolsOf(path(file), '--defined-only').sort()).toEqual(names);
    for (const file of ['libmeter.so', 'libmmapalloc.so'])
      expect(symbolsOf(path(file), '--defined-only').sort()).toEqual(
        symbolsOf(join(root, 'build', 'Release', file), '--defined-only').sort(),
      );
    const operators = symbolsOf(path('offheap.node'), '--undefined-only').filter((name) => name.startsWith('_Z'));
    expect(operators).toEqual([]);
  });

  test('what counts starts before all others, and is bound whole', () => {
    for (const file of ['libmeter.so', 'libmmapalloc.so']) {
      const dynamic = execFileSync('readelf', ['--dynamic', '--wide', path(file)], { encoding: 'utf8' });
      expect(dynamic).toMatch(/\(FLAGS_1\) +Flags: NOW INITFIRST\n/);
      expect(dynamic).toContain('(GNU_HASH)');
    }
  });
});

test('README and docs/support.md say what is needed', () => {
  for (const page of ['README.md', 'docs/support.md']) expect(read(page)).toContain(`glibc ${newestGlibc} or later`);
});

test('without Python nothing is fetched: one sentence names the cure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const requirements = join(root, 'scripts', 'lib', 'zig-requirements.txt');
  const script = `import(${JSON.stringify(join(root, 'scripts', 'lib', 'zig.mjs'))}).then(({ ensureZig }) => ensureZig())`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { ...process.env, PATH: folder, XDG_CACHE_HOME: folder },
  });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      'offheap setup: fetching zig 0.17.1 …\n' +
      'offheap setup: python3 did not start: spawnSync python3 ENOENT\n' +
      `offheap setup: expected python3 with venv and pip, to fetch ${requirements}; the output is above. Install it: apt-get install python3-venv\n`,
  });
});
