import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configurations } from '../../src/allocators/configurations.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { offheap, root } from './offheap.ts';

const missing = '/nonexistent/offheap';

describe('wrong usage: status 2, one sentence, no result', () => {
  test.each([
    [['repro', '--allocator=tcmaloc'], 'offheap: Expected --allocator to be a comma list of glibc, glibc-arena1, '],
    [['repro', '--threads=0'], 'offheap: Expected --threads to be a whole number from 1 to 1024, got "0".\n'],
    [['repro', '--streams=many'], 'offheap: Expected --streams to be a whole number from 1 to 1000000, got "many".\n'],
    [['repro', '--repeats=0'], 'offheap: Expected --repeats to be a whole number from 1 to 1000, got "0".\n'],
    [
      ['repro', '--allocator=glibc,mmap', '--reference=jemalloc'],
      'offheap: Expected --reference to be one of the configurations that are run (glibc, mmap), got "jemalloc".\n',
    ],
    [['repro', '--heap=big'], 'offheap: Expected --heap to be a size such as 512m or 1g, got "big".\n'],
    [['repro', '--settle=soon'], 'offheap: Expected --settle to be a duration such as 500ms, 5s or 2m, got "soon".\n'],
    [
      ['repro', '--loader=boot'],
      "error: option '--loader <name>' argument 'boot' is invalid. Allowed choices are leaky, half, fixed, jdk, spring-boot:VERSION.\n",
    ],
    [['repro', '--loder', 'leaky'], "error: unknown option '--loder'\n(Did you mean --loader?)\n"],
    [['repo'], "error: unknown command 'repo'\n(Did you mean repro?)\n"],
  ])('%j', async (args, sentence) => {
    const { status, stdout, stderr } = await offheap(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.startsWith(sentence) ? sentence : stderr).toBe(sentence);
  });
});

describe('what cannot be done: status 1, one sentence with the cure', () => {
  test('a folder that is no JDK', async () => {
    expect(await offheap(['repro', `--java=${missing}`])).toEqual({
      status: 1,
      stdout: '',
      stderr: `offheap: Expected --java to be the folder of a JDK, but "${missing}/bin/java" does not exist.\n`,
    });
  });

  test('a java that is something else', async () => {
    const { status, stderr } = await offheap(['repro', '--quiet'], { JAVA_HOME: '', PATH: tmpdir() });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'offheap: Expected a JDK (from PATH), but "java" does not run as one. Install one (apt-get install default-jdk-headless) or name it by --java=HOME.\n',
    );
  });

  test('jars that do not exist', async () => {
    const { status, stderr } = await offheap(['repro', `--jars=${missing}`]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `offheap: Expected --jars to be a jar or a folder of jars, but "${missing}" does not exist.\n`,
    });
  });

  test('nowhere to keep raw results', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { status, stderr } = await offheap(['repro'], { OFFHEAP_CACHE_DIR: `${file}/cache` });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^offheap: Expected a folder for scan sets and raw results, could not create .* by OFFHEAP_CACHE_DIR\.\n$/,
    );
  });

  test('a result that could not be kept fails before anything is run', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { status, stdout, stderr } = await offheap(['repro', `--output=${file}/result.json`]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^offheap: Could not write .*\/file\/result\.json: .* Name another file by --output or --results\.\n$/);
  });

  test('an allocator that is not installed is a skipped cell with the command that installs it; nothing run at all is a failure', async () => {
    const { status, stdout } = await offheap(['repro', '--quiet', '--allocator=jemalloc', '--format=json'], {
      OFFHEAP_JEMALLOC_LIBRARY: missing,
    });
    expect(status).toBe(1);
    expect(JSON.parse(stdout).cells).toMatchObject([
      {
        configuration: 'jemalloc',
        state: 'skipped',
        reason: expect.stringContaining('Run: apt-get install libjemalloc2'),
        phases: {},
      },
    ]);
  });
});

test('offheap allocators lists every configuration with its library or the command that installs it', async () => {
  const { status, stdout } = await offheap(['allocators', '--format=json'], { OFFHEAP_MIMALLOC_LIBRARY: missing });
  expect(status).toBe(0);
  const entries = JSON.parse(stdout) as { key: string; found: boolean; library?: string; version?: string; reason?: string }[];
  const byKey = Object.fromEntries(entries.map((entry) => [entry.key, entry]));
  expect(Object.keys(byKey)).toEqual(configurations.map(({ key }) => key));
  expect(byKey['glibc']).toMatchObject({
    found: true,
    library: expect.stringMatching(/libc\.so\.6$/),
    version: expect.stringMatching(/^2\.\d+$/),
  });
  expect(byKey['mimalloc']).toMatchObject({ found: false, reason: expect.stringContaining('apt-get install') });
  const table = await offheap(['allocators'], { OFFHEAP_MIMALLOC_LIBRARY: missing });
  expect(table.stdout).toContain('mmap = custom = zjbmalloc');
  expect(table.stdout).toContain('OFFHEAP_MIMALLOC_LIBRARY');
});

test('offheap allocators --path prints one path and nothing else', async () => {
  expect(await offheap(['allocators', '--path=meter'])).toEqual({
    status: 0,
    stdout: `${join(root, 'build', 'Release', 'libmeter.so')}\n`,
    stderr: '',
  });
  const jemalloc = join(root, 'package.json');
  const named = await offheap(['allocators', '--path=jemalloc'], { OFFHEAP_JEMALLOC_LIBRARY: jemalloc });
  expect(named.stdout).toBe(`${jemalloc}\n`);
  const { status, stdout, stderr } = await offheap(['allocators', '--path=jemalloc'], { OFFHEAP_JEMALLOC_LIBRARY: missing });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^offheap: Expected jemalloc on this machine: libjemalloc\.so\.2 is not installed\. Run: apt-get install .*\n$/,
  );
  const moved = await offheap(['allocators', '--path=mmap'], { OFFHEAP_PRELOAD_DIR: missing });
  expect(moved).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('npm run build:native') });
  expect((await offheap(['allocators', '--path=glibc'])).status).toBe(2);
});
