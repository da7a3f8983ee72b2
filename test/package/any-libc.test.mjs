// The libraries of the package under the C libraries of other releases: exact counts, read from outside by the Node of this machine.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { glibcs, muslcs } from '../../scripts/glibcs/list.mjs';
import { openGlibc, openMusl } from '../../scripts/glibcs/open.mjs';
import { parseAllocatorReply } from '../../src/parse/allocator-reply.ts';
import { plain } from '../fixtures/preload.ts';
import { keptSizes, knownCalls, knownFailures, live, liveOf } from '../native/known-work.ts';
import { bitWidth, compile, onlyPage, pagePrime, prime, readPages, temporaryFolder } from '../native/preloaded.ts';
import { has, skipUnless } from '../skip.ts';
import { prebuild, prebuildTimeoutMs } from './prebuild.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = join(root, 'test', 'native', 'programs');
beforeAll(prebuild, prebuildTimeoutMs);

/** Runs a command to its end behind a library of the package, and reads the pages that it left. */
function run(folder, library, [command, ...args]) {
  const pages = temporaryFolder();
  const preload = plain(join(root, 'prebuilds', `${folder}-${process.arch}`, library));
  const env = { PATH: process.env.PATH, LD_PRELOAD: preload, OFFHEAP_COUNTERS_DIR: pages, OFFHEAP_VERBOSE: '1' };
  const { status, stdout, stderr, signal } = spawnSync(command, args, { encoding: 'utf8', env, timeout: 60_000 });
  return { status: status ?? signal, stdout, stderr, pages: readPages(pages) };
}

/** Has a program load the agent of the package, and takes what it answers. */
async function ask(folder, [command, ...args]) {
  const agent = join(root, 'prebuilds', `${folder}-${process.arch}`, 'liballocator-agent.so');
  const socket = join(temporaryFolder(), 'answer');
  const server = createServer({ allowHalfOpen: false }).listen(socket);
  const connection = once(server, 'connection');
  const child = spawn(command, [...args, agent, `ask:${socket}`], { stdio: ['ignore', 'inherit', 'pipe'], env: {} });
  const [[status], stderr] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  try {
    if (status !== 0) return { status, stderr };
    const [answer] = await connection;
    return { status, stderr, answers: parseAllocatorReply(await text(answer)) };
  } finally {
    server.close();
  }
}

const flags = ['-std=gnu11', '-O1', '-pthread', '-fno-builtin', '-Wl,-z,dynamic-undefined-weak,--no-as-needed', '-ldl'];

/** How a program of programs/ is started on a glibc, for which it is compiled once, into a folder. */
const startOnGlibc = (glibc, made) => (name) => {
  const output = join(made, name);
  if (!existsSync(output)) glibc.compile(join(programs, `${name}.c`), output, flags);
  return [output];
};

/** One that was compiled once is run by each musl: its dynamic linker is its libc. */
const startOnMusl =
  ({ loader }) =>
  (name) => [loader, compile(name, 'program', 'musl-')];

const told = ({ calls, failures }) => ({ calls, failures });
/** Numbers less those of the same names, which are of a program that does nothing. */
const less = (value, idle) =>
  typeof value === 'number'
    ? value - idle
    : Array.isArray(value)
      ? value.map((one, index) => less(one, idle[index]))
      : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, less(one, idle[key])]));

const noMusl = has('musl-gcc') ? undefined : 'musl-gcc is not installed';
const all = [
  ...glibcs.map(({ version }) => ({ name: `glibc ${version}`, folder: 'linux', opened: openGlibc(version), start: startOnGlibc })),
  ...muslcs.map(({ version }) => ({
    ...{ name: `musl ${version}`, folder: 'linuxmusl', start: startOnMusl },
    opened: noMusl === undefined ? openMusl(version) : { reason: noMusl },
  })),
];

describe.each(all)('on $name', ({ name, folder, opened, start }) => {
  if (!skipUnless(opened.reason === undefined, opened.reason ?? '')) return;

  let startOf;
  beforeAll(() => {
    const made = mkdtempSync(join(tmpdir(), 'offheap-any-libc-'));
    startOf = start(opened, made);
    return () => rmSync(made, { recursive: true });
  });

  const done = (finished) => {
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    return finished;
  };

  test('the mmap allocator: calls and failures of each function, and the blocks that live, to the byte', () => {
    const [idle, known] = ['nothing', 'known_work'].map((program) =>
      onlyPage(done(run(folder, 'libmmapalloc.so', startOf(program)))),
    );
    expect(less(told(known), told(idle))).toEqual({ calls: knownCalls, failures: knownFailures });
    expect(less(live(known), live(idle))).toEqual(liveOf(keptSizes));
  });

  test('the meter: the same calls and failures as the mmap allocator, and what malloc_usable_size says of each block that lives', () => {
    const pagesOf = (library) =>
      ['nothing', 'metered_calls'].map((program) => {
        const finished = done(run(folder, library, startOf(program)));
        return { ...onlyPage(finished), printed: finished.stdout.trim().split(' ').map(Number) };
      });
    const [idle, page] = pagesOf('libmeter.so');
    const [blocks, bytes] = page.printed;
    expect(blocks).toBeGreaterThan(5000);
    expect(page.info.writer).toBe('meter');
    expect(page.liveAllocations - idle.liveAllocations).toBe(blocks);
    expect(page.liveUsableBytes - idle.liveUsableBytes).toBe(bytes);
    const [idleOfMmap, pageOfMmap] = pagesOf('libmmapalloc.so');
    expect(less(told(page), told(idle))).toEqual(less(told(pageOfMmap), told(idleOfMmap)));
    // Before 2.34 a function that is looked up and not there takes memory of malloc.
    if (!/glibc 2\.(23|27|31)/.test(name)) expect([idle.liveAllocations, idleOfMmap.liveAllocations]).toEqual([0, 0]);
  });

  test('the agent: it answers which allocators it can ask', async () => {
    const { answers = [], ...ended } = await ask(folder, startOf('loads_agent'));
    expect(ended).toEqual({ status: 0, stderr: '' });
    // musl has no function that tells what it keeps.
    expect(answers.map(({ name, serves }) => ({ name, serves }))).toEqual(
      folder === 'linux' ? [{ name: 'glibc', serves: true }] : [],
    );
  });

  test.each(['libmeter.so', 'libmmapalloc.so'])('%s: threads that free each other’s blocks, and the child of a fork', (library) => {
    const { sizeHistogram, settled } = onlyPage(done(run(folder, library, startOf('threads'))));
    const bucket = bitWidth(library === 'libmeter.so' ? pagePrime + 8 : pagePrime);
    const liveOfThreads = sizeHistogram.live[folder === 'linuxmusl' ? bitWidth(pagePrime) : bucket];
    expect({ liveOfThreads, settled }).toEqual({ liveOfThreads: 16, settled: true });
    const { pages } = done(run(folder, library, [...startOf('fork'), '5']));
    const primes = pages.map((page) => page.sizeHistogram.live[bitWidth(prime)]);
    // In the order of their pids, which begin again behind the largest.
    expect(primes.sort()).toEqual([5, 6]);
  });
});
