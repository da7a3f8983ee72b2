import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { resultFile } from '../../src/model/result.ts';
import { type Consumer, installPacked, must, type Ran, root, run } from './consumer.ts';
import { countLinks, deadLinks, pagesOf } from './pages.ts';
import { prebuildTimeoutMs } from './prebuild.ts';

let consumer: Consumer;
beforeAll(() => {
  consumer = installPacked();
}, prebuildTimeoutMs);
afterAll(() => consumer.remove());

const prebuilds = () => join(consumer.installed, 'prebuilds', `linux-${process.arch}`);
/** `npx` takes what is installed; `--no-install` makes sure that it fetches nothing. */
const npx = (...args: string[]): Ran => run(consumer.folder, 'npx', ['--no-install', 'offheap', ...args]);
/** What npx runs, without npx: npm itself takes longer than most commands. */
const offheap = (...args: string[]): Ran => run(consumer.folder, join('node_modules', '.bin', 'offheap'), args);

/** A process on glibc that waits, until the test ends. */
async function waiting(env: Record<string, string> = {}): Promise<string> {
  const child = spawn('python3', ['-c', 'import sys\nprint("up", flush=True)\nsys.stdin.read()'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return String(child.pid);
}

describe('installed from its tarball into an empty project', () => {
  test('has what it runs with and nothing of how it was made; nothing was compiled', () => {
    expect(readdirSync(consumer.installed).sort()).toEqual(
      [
        'BENCHMARKS.md',
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'bin',
        'binding.gyp',
        'build',
        'data',
        'deploy',
        'dist',
        'docs',
        'examples',
        'java-junit',
        'java-repro',
        'native',
        'package.json',
        'prebuilds',
        'schemas',
        'scripts',
      ].sort(),
    );
    // The installation's: what V8 has compiled of the command line.
    expect(readdirSync(join(consumer.installed, 'build')).sort()).toEqual(['java', 'offheap.code-cache']);
    expect(readdirSync(join(consumer.installed, 'prebuilds')).sort()).toEqual([
      'linux-arm64',
      'linux-x64',
      'linuxmusl-arm64',
      'linuxmusl-x64',
    ]);
    const files = readdirSync(consumer.installed, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.map$|\.mts$|(?<!\.d)\.ts$/.test(file))).toEqual(['deploy/grafana/dashboard.ts']);
    const scripts = files.filter((file) => /^dist\/.*\.js$/.test(file));
    expect(scripts.filter((file) => readFileSync(join(consumer.installed, file), 'utf8').includes('sourceMappingURL='))).toEqual(
      [],
    );
  });

  test('every link of its pages leads to something that it has', () => {
    const pages = pagesOf(consumer.installed);
    expect(pages).toContain('docs/counters.md');
    expect(countLinks(consumer.installed, pages)).toBeGreaterThan(50);
    expect(deadLinks(consumer.installed, pages)).toEqual([]);
  });

  test('npx offheap allocators --path: a library to preload, and with it a process that is counted', async () => {
    const meter = must(npx('allocators', '--path=meter')).trimEnd();
    expect(meter).toBe(join(prebuilds(), 'libmeter.so'));
    expect(must(offheap('allocators', '--path=mmap'))).toBe(`${join(prebuilds(), 'libmmapalloc.so')}\n`);
    const ofMusl = join(consumer.installed, 'prebuilds', `linuxmusl-${process.arch}`);
    expect(must(offheap('allocators', '--path=meter', '--libc=musl'))).toBe(`${join(ofMusl, 'libmeter.so')}\n`);
    const pid = await waiting({ LD_PRELOAD: meter });
    expect(JSON.parse(must(offheap('counters', pid, '--format=json')))).toMatchObject({ info: { writer: 'meter' } });
  });

  test('of a process that is not counted it says which library to preload, not how to build one', async () => {
    const { status, stderr } = offheap('counters', await waiting());
    expect(status).toBe(1);
    expect(stderr).toContain(`Start it with LD_PRELOAD=${join(prebuilds(), 'libmeter.so')}`);
    expect(stderr).not.toMatch(/npm run|build\/Release/);
  });

  test('offheap allocators: the mmap allocator is the one of the package', () => {
    const list = JSON.parse(must(offheap('allocators', '--format=json')));
    expect(list.find(({ key }: { key: string }) => key === 'mmap')).toMatchObject({
      found: true,
      library: join(prebuilds(), 'libmmapalloc.so'),
    });
    expect(list[0]).toMatchObject({ key: 'glibc', found: true });
  });

  test('offheap doctor and histo look at a process', async () => {
    const pid = await waiting();
    const examined = offheap('doctor', pid, '--format=json');
    expect([0, 3]).toContain(examined.status);
    expect(JSON.parse(examined.stdout)).toMatchObject({ evidence: { pid: Number(pid), rssBytes: expect.any(Number) } });
    expect(must(offheap('histo', pid))).toContain('glibc');
  });

  test('offheap repro: the meter and the reproducer of the package, results in the cache folder of the user', () => {
    const options = [
      '--allocator=glibc',
      '--heap=64m',
      '--threads=2',
      '--streams=500',
      '--settle=100ms',
      '--format=json',
      '--quiet',
    ];
    const { cells } = resultFile.parse(JSON.parse(must(offheap('repro', ...options))));
    expect(cells.map(({ state }) => state)).toEqual(['ok']);
    expect(cells[0]?.provenance?.preloaded).toContain(join(prebuilds(), 'libmeter.so'));
    expect(cells[0]?.phases.loaded?.liveBytes).toBeGreaterThan(0);
    expect(readdirSync(join(consumer.folder, 'cache', 'offheap')).sort()).toEqual(['results', 'scan-set']);
  });

  test('a program imports it, and the schema of what it gets', async () => {
    const code = `import { createRequire } from 'node:module';
      import { doctor } from 'offheap';
      const schema = createRequire(import.meta.url)('offheap/schemas/doctor.json');
      const { schemaVersion, evidence } = await doctor(${await waiting()});
      console.log(schema.$id, schemaVersion, evidence.malloc.arenas.length > 0);`;
    const printed = must(run(consumer.folder, process.execPath, ['--input-type=module', '-e', code]));
    expect(printed).toBe('urn:offheap:schema:doctor:2 2 true\n');
  });

  test.each(['nodenext', 'bundler'])('types resolve with moduleResolution %s, and are types', (resolution) => {
    const source = join(consumer.folder, `types-${resolution}.ts`);
    writeFileSync(
      source,
      `import { compare, type DoctorResult, doctor, guard, inspectHeap, libraryPath, listJvms, locatePreloadLibrary, OffheapError, type HeapInspection, resultFile } from 'offheap';
export const meter: string = libraryPath('meter') + locatePreloadLibrary('meter');
// @ts-expect-error it is called mmapalloc
libraryPath('mmap');
export const look = (pid: number): Promise<HeapInspection> => inspectHeap(pid);
export const code = (error: OffheapError): string => error.code;
export const states: string[] = resultFile.parse({}).cells.map((cell) => cell.state);
// @ts-expect-error a pid is a number
inspectHeap('1');
export const examined: Promise<DoctorResult> = doctor(1, { forMs: 100, signal: AbortSignal.timeout(1) });
// @ts-expect-error its name has its unit
doctor(1, { for: 100 });
export const users: Promise<string[]> = listJvms().then((jvms) => jvms.map(({ user }) => user));
export const complete: Promise<boolean> = compare({ command: ['true'] }).then((result) => result.complete);
// @ts-expect-error there is no such quantity
guard({ command: ['true'], bounds: [{ quantity: 'rss', max: 1 }] });
`,
    );
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2023',
      '--module',
      module,
      '--moduleResolution',
      resolution,
      '--types',
      '',
    ];
    const tsc = [join(root, 'node_modules/typescript/bin/tsc'), ...options, source];
    // Go collects garbage for a third of the time otherwise.
    const { status, stdout } = run(consumer.folder, process.execPath, tsc, { GOGC: '400' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('publint has nothing to say', () => {
    const { status, stdout } = run(root, process.execPath, [
      'node_modules/publint/src/cli.js',
      'run',
      consumer.installed,
      '--strict',
      '--pack=false',
    ]);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('All good!') });
  });
});

describe('where no prebuilt code fits', () => {
  let folder: string;
  let installed: string;
  beforeAll(() => {
    folder = join(consumer.folder, 'without');
    cpSync(join(consumer.folder, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    cpSync(join(consumer.folder, 'package.json'), join(folder, 'package.json'));
    installed = join(folder, 'node_modules', 'offheap');
    rmSync(join(installed, 'prebuilds'), { recursive: true });
  });
  const there = (...args: string[]) => run(folder, process.execPath, ['node_modules/offheap/bin/offheap.js', ...args]);

  test('and there is no compiler: one sentence with its cure, and what needs no native code works', async () => {
    const onlyNode = join(folder, 'only-node');
    mkdirSync(onlyNode);
    symlinkSync(process.execPath, join(onlyNode, 'node'));
    const { status, stderr } = run(installed, process.execPath, ['scripts/install.mjs'], { PATH: onlyNode });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr:
        'offheap setup: no prebuilt native code fits this machine, and to compile it a C++ compiler, make, python3 is missing. ' +
        'offheap is installed without its native part: no counters, no heap inspection, no timelines. ' +
        'On Debian or Ubuntu: sudo apt-get install g++ make python3. Then run: npm rebuild offheap\n',
    });
    expect(must(there('allocators'))).toContain('Compile it: npm rebuild offheap');
    expect(must(there('--help'))).toContain('Usage: offheap');
    const looked = there('histo', await waiting());
    expect(looked).toMatchObject({ status: 1, stdout: '' });
    expect(looked.stderr).toMatch(
      /^offheap: Expected the native addon offheap\.node, found none at .*\. Compile it: npm rebuild offheap, in the project that has it, with g\+\+, make and python3 installed \(apt-get install g\+\+ make python3\)\n$/,
    );
  });

  test('npm rebuild compiles it', async () => {
    // A compiler that makes nothing faster is done in half the time.
    const quickly = { CFLAGS: '-O0', CXXFLAGS: '-O0' };
    must(run(folder, 'npm', ['rebuild', 'offheap'], quickly));
    expect(existsSync(join(installed, 'build', 'Release', 'libmeter.so'))).toBe(true);
    expect(must(there('histo', await waiting()))).toContain('glibc');
  });
});
