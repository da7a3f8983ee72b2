import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { installs } from '../../src/allocators/installs.ts';
import { findLibrary } from '../../src/allocators/locate.ts';
import { type AllocatorKey, packagedAllocators } from '../../src/allocators/registry.ts';
import { type CounterInfo, type CounterSnapshot, openCounters } from '../../src/native/counters.ts';
import { compileWhenNewer } from '../compile-when-newer.ts';
import { sameEverywhere } from '../compiler-flags.ts';
import { preloadable } from '../fixtures/preload.ts';

const sources = fileURLToPath(new URL('programs', import.meta.url));
const built = fileURLToPath(new URL('../../build/test-programs', import.meta.url));

/** Sizes that the programs allocate (expect.h): nobody else does. */
export const prime = 1_999_993;
export const pagePrime = 4093;
export const pageSize = 4096;
/** Index of the histogram's bucket for a size. */
export const bitWidth = (size: number) => (size === 0 ? 0 : Math.floor(Math.log2(size)) + 1);
export const library = preloadable('mmapalloc');
export const meter = preloadable('meter');

interface BehindMeter {
  name: string;
  /** For LD_PRELOAD; empty for glibc. */
  behind: string;
  /** Why this machine cannot test it. */
  missing?: string;
}

/** What the meter is tested in front of. */
export const allocatorsBehindMeter: BehindMeter[] = [
  { name: 'glibc', behind: '' },
  ...packagedAllocators.map(installed),
  { name: 'the mmap allocator', behind: library },
];

function installed(name: AllocatorKey): BehindMeter {
  const behind = findLibrary(name);
  return behind === undefined ? { name, behind: '', missing: `${installs[name].libraries[0]} is not installed` } : { name, behind };
}

/** Environment that puts the meter in front of a library, or of glibc. */
export const metered = (behind = '') => ({ LD_PRELOAD: [meter, behind].filter(Boolean).join(':') });

export interface Page extends CounterSnapshot {
  file: string;
  info: CounterInfo;
}

export interface Finished {
  /** Exit status, or the name of the signal that ended the program. */
  status: number | string;
  stdout: string;
  stderr: string;
  /** The pages that the program and its children left, by pid and number. */
  pages: Page[];
}

/** Blocks of pagePrime bytes. The mmap allocator knows what was requested; behind the meter alone glibc gives 8 to 16 bytes more. */
export function liveOfPagePrime(pages: readonly Pick<Page, 'info' | 'sizeHistogram'>[]): number | undefined {
  const ofRequested = pages.find(({ info }) => info.writer === 'mmapalloc');
  return ofRequested ? ofRequested.sizeHistogram.live[bitWidth(pagePrime)] : pages[0]?.sizeHistogram.live[bitWidth(pagePrime + 8)];
}

/**
 * `fixed`: a program at a fixed address, as some distributions' python3 is; `static`, `static-pie`: with glibc in it; `address`, `thread`: with that
 * sanitizer.
 */
export type Kind = 'program' | 'library' | 'fixed' | 'static' | 'static-pie' | 'address' | 'thread';

const flagsOf: Record<Kind, string[]> = {
  program: [],
  library: ['-shared', '-fPIC'],
  fixed: ['-no-pie', '-fno-pie'],
  static: ['-static'],
  'static-pie': ['-static-pie', '-fPIE'],
  address: ['-fsanitize=address'],
  thread: ['-fsanitize=thread'],
};

/** Headers of programs/ that others include. */
const headers = readdirSync(sources)
  .filter((name) => name.endsWith('.h'))
  .map((name) => join(sources, name));

/** Compiles programs/NAME.c, or NAME.cc, and returns the path of the executable, or of the shared library. `tools`: as in conformance.ts. */
export function compile(name: string, kind: Kind = 'program', tools = ''): string {
  const isCpp = existsSync(join(sources, `${name}.cc`));
  const source = join(sources, `${name}.${isCpp ? 'cc' : 'c'}`);
  const executable = join(built, `${tools}${name}${['program', 'library'].includes(kind) ? '' : `-${kind}`}`);
  // -fno-builtin: a compiler that knows malloc leaves out calls whose result nobody uses. Some warnings are about the misuse under test.
  const flags = [
    ...sameEverywhere,
    ...[isCpp ? '-std=c++17' : '-std=gnu11', '-O1', '-g', '-pthread', '-fno-builtin', '-Wl,-z,dynamic-undefined-weak'],
    ...flagsOf[kind],
    ...['-Wall', '-Wextra', '-Werror', '-Wno-use-after-free', '-Wno-alloc-size-larger-than', '-Wno-free-nonheap-object'],
  ];
  const own = isCpp ? 'c++' : 'cc';
  const compiler = tools === '' ? own : `${tools}${isCpp ? 'g++' : 'gcc'}`;
  const inputs = [fileURLToPath(import.meta.url), source, ...headers];
  return compileWhenNewer(executable, inputs, compiler, [...flags, source]);
}

/** Runs a command to its end on the mmap allocator. `env` replaces or, where undefined, removes variables. */
export function runPreloaded(
  command: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  timeoutMs = 250_000,
): Finished {
  const folder = temporaryFolder();
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, LD_PRELOAD: library, OFFHEAP_COUNTERS_DIR: folder, ...env },
    timeout: timeoutMs,
  });
  if (error) throw error;
  return { status: status ?? signal ?? '', stdout, stderr, pages: readPages(folder) };
}

/** Compiles and runs one of programs/. */
export function runProgram(
  name: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  kind: Kind = 'program',
): Finished {
  return runPreloaded(compile(name, kind), args, env);
}

/** A folder for this test, removed when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-native-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function readPages(folder: string): Page[] {
  return readdirSync(folder)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => readPage(join(folder, file)));
}

export function readPage(path: string): Page {
  const reader = openCounters({ path });
  try {
    return { file: basename(path), info: reader.info, ...reader.read() };
  } finally {
    reader.close();
  }
}

/** The only page of a program that has no children. */
export function onlyPage({ pages }: Finished): Page {
  const [page, ...others] = pages;
  if (!page || others.length > 0) throw new Error(`Expected one page, found ${pages.map(({ file }) => file).join(', ') || 'none'}`);
  return page;
}
