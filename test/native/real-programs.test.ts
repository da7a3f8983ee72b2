import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findJavaHomes } from '../integration/java-homes.ts';
import { has, skipUnless } from '../skip.ts';
import { allocatorsBehindMeter, type Finished, metered, type Page, runPreloaded, temporaryFolder } from './preloaded.ts';

interface RealProgram {
  name: string;
  needs: string;
  command: string[];
  /** Programs that leave a page: more when they run others. */
  fewestPages: number;
}

const programs: RealProgram[] = [
  ...findJavaHomes().flatMap(({ java, version }): RealProgram[] => [
    { name: `java -version of JDK ${version}`, needs: java, command: [java, '-Xmx64m', '-version'], fewestPages: 1 },
    { name: `java --list-modules of JDK ${version}`, needs: java, command: [java, '-Xmx64m', '--list-modules'], fewestPages: 1 },
  ]),
  {
    name: 'node',
    needs: 'node',
    command: [process.execPath, '-e', 'console.log(JSON.stringify([...Array(1000).keys()]))'],
    fewestPages: 1,
  },
  {
    name: 'python3',
    needs: '/usr/bin/python3',
    command: ['/usr/bin/python3', '-c', 'print(sum(len(str(i)) for i in range(10000)))'],
    fewestPages: 1,
  },
  {
    name: 'python3 with threads and a child',
    needs: '/usr/bin/python3',
    command: [
      '/usr/bin/python3',
      '-c',
      'import subprocess as s, concurrent.futures as c\nwith c.ThreadPoolExecutor(8) as e: print(sum(e.map(len, ["x" * n for n in range(999)])))\nprint(s.check_output(["uname"]))',
    ],
    fewestPages: 2,
  },
  { name: 'git --version', needs: 'git', command: ['git', '--version'], fewestPages: 1 },
  {
    name: 'git diff',
    needs: 'git',
    command: ['git', 'diff', '--no-index', '--stat', '/etc/passwd', '/etc/services'],
    fewestPages: 1,
  },
  {
    name: 'a shell pipeline',
    needs: 'sort',
    command: ['sh', '-c', 'seq 1 5000 | sort -r | awk "{ sum += \\$1 } END { print sum }" | tee /dev/stderr'],
    fewestPages: 5,
  },
  { name: 'a program that fails', needs: 'ls', command: ['ls', '/nonexistent'], fewestPages: 1 },
];

const absent = Number.NaN;

/** What is true of any program's counters when it has ended, whatever it did. */
function expectPlausible({ calls, failures, sizeHistogram, ...page }: Page): void {
  const allocating = ['malloc', 'calloc', 'realloc', 'reallocarray', 'posix_memalign', 'aligned_alloc', 'memalign'] as const;
  const allocations = allocating.reduce((sum, name) => sum + calls[name] - failures[name], 0);
  const total = sizeHistogram.total.reduce((sum, count) => sum + count, 0);
  // realloc(block, 0) is a successful call that allocates nothing.
  expect(total).toBeLessThanOrEqual(allocations);
  expect(total).toBeGreaterThanOrEqual(allocations - calls.realloc - calls.reallocarray);
  expect(sizeHistogram.live.reduce((sum, count) => sum + count, 0)).toBe(page.liveAllocations);
  expect(Math.min(...sizeHistogram.live)).toBeGreaterThanOrEqual(0);
  const { liveRequestedBytes: requested = absent, peakLiveRequestedBytes: peakRequested = absent } = page;
  const { liveMappedBytes: mapped = absent, peakLiveMappedBytes: peakMapped = absent } = page;
  expect(requested).toBeLessThanOrEqual(mapped);
  expect(mapped % 4096).toBe(0);
  expect(mapped).toBeLessThanOrEqual(peakMapped);
  expect(requested).toBeLessThanOrEqual(peakRequested);
  expect(peakRequested).toBeLessThanOrEqual(page.totalRequestedBytes);
  expect({ map: page.mapFailures, unmap: page.unmapFailures, settled: page.settled }).toEqual({ map: 0, unmap: 0, settled: true });
}

function expectPlausibleOfMeter({ sizeHistogram, liveUsableBytes = absent, peakLiveUsableBytes = absent, ...page }: Page): void {
  expect(sizeHistogram.live.reduce((sum, count) => sum + count, 0)).toBe(page.liveAllocations);
  expect(Math.min(...sizeHistogram.live)).toBeGreaterThanOrEqual(0);
  expect(liveUsableBytes).toBeLessThanOrEqual(peakLiveUsableBytes);
  expect(page.settled).toBe(true);
}

const output = ({ status, stdout, stderr }: Pick<Finished, 'status' | 'stdout' | 'stderr'>) => ({ status, stdout, stderr });

const plainOutputs = new Map<RealProgram, ReturnType<typeof output>>();

/** Of the program without a library, which leaves no page: it is run once. */
function plainOutput(program: RealProgram): ReturnType<typeof output> {
  const known = plainOutputs.get(program);
  if (known) return known;
  const [command = '', ...args] = program.command;
  const plain = runPreloaded(command, args, { LD_PRELOAD: undefined });
  expect(plain.pages).toEqual([]);
  plainOutputs.set(program, output(plain));
  return output(plain);
}

describe.each(programs)('$name', (program) => {
  const {
    needs,
    command: [command = '', ...args],
    fewestPages,
  } = program;
  test('the same output and status as without', (context) => {
    context.skip(!has(needs), `${needs} is not installed`);
    const preloaded = runPreloaded(command, args);
    expect(output(preloaded)).toEqual(plainOutput(program));
    expect(preloaded.pages.length).toBeGreaterThanOrEqual(fewestPages);
    for (const page of preloaded.pages) expectPlausible(page);
  });
});

describe.each(allocatorsBehindMeter)('the meter in front of $name', ({ behind, missing }) => {
  skipUnless(missing === undefined, missing ?? '');

  for (const program of programs) {
    const { name, needs, fewestPages } = program;
    const [executable = '', ...args] = program.command;
    test(`${name}: the same output and status as without`, (context) => {
      context.skip(!has(needs), `${needs} is not installed`);
      const preloaded = runPreloaded(executable, args, metered(behind));
      expect(output(preloaded)).toEqual(plainOutput(program));
      const pages = preloaded.pages.filter(({ info }) => info.writer === 'meter');
      expect(pages.length).toBeGreaterThanOrEqual(fewestPages);
      for (const page of pages) expectPlausibleOfMeter(page);
    });
  }
});

test('gcc compiles the same object file', (context) => {
  context.skip(!has('gcc'), 'gcc is not installed');
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.c'), '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n');
  const compileTo = (name: string, env: NodeJS.ProcessEnv) => {
    mkdirSync(join(folder, name));
    const finished = runPreloaded('gcc', ['-O2', '-c', join(folder, 'a.c'), '-o', join(folder, name, 'a.o')], env);
    expect(output(finished)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(join(folder, name, 'a.o'))).toBe(true);
    return finished.pages;
  };
  expect(compileTo('plain', { LD_PRELOAD: undefined })).toEqual([]);
  for (const { name, behind, missing } of allocatorsBehindMeter) {
    if (missing !== undefined) continue;
    compileTo(name, metered(behind));
    expect(spawnSync('cmp', [join(folder, 'plain', 'a.o'), join(folder, name, 'a.o')]).status).toBe(0);
  }
  const pages = compileTo('preloaded', {});
  // The driver, the compiler proper and the assembler.
  expect(pages.length).toBeGreaterThanOrEqual(3);
  for (const page of pages) expectPlausible(page);
  expect(spawnSync('cmp', [join(folder, 'plain', 'a.o'), join(folder, 'preloaded', 'a.o')]).status).toBe(0);
});
