// npm run bench:inspect [-- --quick]: how long the heap inspector takes against copying the same memory, what it does to its target, and how it
// stands a target that allocates at full speed. Writes bench/results/inspect.json and its section of BENCHMARKS.md; --quick: five pairs of the
// heaps of 1 GiB, and the section is printed. Needs the builds and a C compiler.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectHeap } from '../dist/native/inspector.js';
import { readOptions } from '../scripts/lib/options.mjs';
import { inspectSection, writeInspectSection } from './inspect-section.mjs';

const { quick: isQuick } = readOptions(import.meta.url, { quick: { type: 'boolean', default: false } });

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'build', 'bench');
const [manyPairs, fewPairs] = isQuick ? [5, 3] : [15, 5];
const walks = isQuick ? 100 : 1000;
const quickMib = 1024;
const heapBytes = 64 * 1_048_576; // HEAP_MAX_SIZE of glibc's malloc/arena.c
const mostGdbChunks = 60_000;
const hasGdb = spawnSync('gdb', ['--version'], { stdio: 'ignore' }).status === 0;
const keptBlock = 20_032; // heap_busy.c keeps blocks of 20,011 bytes

const shapes = [
  { name: 'Inflaters, 99 of 100 ended', threads: 8, mib: 128, shape: 'freed-inflaters' },
  { name: 'live Inflaters', threads: 8, mib: 128, shape: 'live-inflaters' },
  { name: 'live, 16 B to 64 KiB', threads: 8, mib: 128, shape: '65536' },
  { name: 'live, 16 B to 4 KiB', threads: 8, mib: 128, shape: '4096' },
  { name: 'live, 16 B to 128 B', threads: 8, mib: 128, shape: '128' },
  // One chain, whose length is no other thread's business: without threads it is the main arena.
  { name: 'main arena, 16 B to 128 B', threads: 0, mib: 1024, shape: '128' },
  // How it grows: with the size of the heap, and with the number of chunks.
  { name: 'live, 16 B to 64 KiB, 4 GiB', threads: 16, mib: 256, shape: '65536', pairs: fewPairs },
  { name: '10⁸ chunks of 32 B to 96 B', threads: 16, mib: 416, shape: '64', pairs: fewPairs },
  { name: 'live, 16 B to 128 B, 12 GiB', threads: 16, mib: 768, shape: '128', pairs: fewPairs },
  { name: 'main arena, 16 B to 128 B, 12 GiB', threads: 0, mib: 12_288, shape: '128', pairs: fewPairs },
].filter(({ threads, mib }) => !isQuick || Math.max(threads, 1) * mib <= quickMib);

/** What would push the machine into swapping, or the OOM killer, is not run. */
function whyNot({ threads, mib }) {
  const availableMib = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) / 1024;
  const neededMib = Math.round(Math.max(threads, 1) * mib * 1.15);
  return availableMib < neededMib ? `needs ${neededMib} MiB, ${Math.round(availableMib)} MiB are available` : undefined;
}

/** With the sources of the inspector, where the program has use for them. */
function compile(source, usesInspector = false) {
  mkdirSync(built, { recursive: true });
  const output = join(built, source.replace(/^.*\//, '').replace(/\.c$/, ''));
  const folder = join(root, 'native', 'inspect');
  const sources = usesInspector ? readdirSync(folder).filter((file) => file.endsWith('.c')) : [];
  const flags = ['-std=gnu11', '-O3', '-pthread', '-fno-builtin-malloc', `-I${folder}`];
  execFileSync('cc', [...flags, join(root, source), ...sources.map((file) => join(folder, file)), '-o', output], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return output;
}

async function start(program, args = []) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { GLIBC_TUNABLES: 'glibc.malloc.arena_max=64' } });
  await once(child.stdout, 'data');
  return child;
}

async function stop(child) {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function footprint(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const kib = (file, name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))[1]) * 1024;
  return { rssBytes: kib('smaps_rollup', 'Rss'), pageTableBytes: kib('status', 'VmPTE'), minorFaults: Number(stat[7]) };
}

function copy(program, pid, ranges, threads = 1) {
  const input = ranges.map(({ start: from, end }) => `${from.toString(16)} ${end.toString(16)}\n`).join('');
  const [bytes, nanoseconds] = execFileSync(program, [String(pid), String(threads)], { input, encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number);
  return { bytes, ms: nanoseconds / 1e6 };
}

/** What a gdb script takes for the same heaps, the process standing still: once, for it is so much slower. Undefined without gdb, or for too many chunks. */
function walkByGdb(pid, ranges, chunks) {
  if (chunks > mostGdbChunks || !hasGdb) return undefined;
  const addresses = ranges
    .filter(({ kind }) => kind === 'arena')
    .flatMap(({ start: from, end }) => Array.from({ length: (end - from) / heapBytes }, (_, index) => from + index * heapBytes));
  const list = addresses.map((address) => address.toString(16)).join(',');
  const startedAt = performance.now();
  const script = join(root, 'bench', 'programs', 'walk.py');
  const output = execFileSync('gdb', ['-batch', '-p', String(pid), '-ex', `python addresses='${list}'`, '-x', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, walked, free, ms] = /^@walk (\d+) (\d+) ([\d.]+)$/m.exec(output).map(Number);
  return { chunks: walked, freeChunks: free, walkMs: ms, stoppedMs: performance.now() - startedAt };
}

async function measureShape({ name, threads, mib, shape, pairs = manyPairs }, programs) {
  const child = await start(programs.shape, [String(threads), String(mib), shape]);
  try {
    const { ranges, totals, arenas } = await inspectHeap(child.pid);
    const before = footprint(child.pid);
    const rounds = [];
    for (let pair = 0; pair < pairs; pair++) {
      // Each comes first in turn; the two copies by one thread are the same, and tell how far pairs of equals differ here.
      const times = {};
      const steps = [
        () => Object.assign(times, { copied: copy(programs.copy, child.pid, ranges) }),
        async () => Object.assign(times, { look: await inspectHeap(child.pid) }),
        () => Object.assign(times, { again: copy(programs.copy, child.pid, ranges) }),
        () => Object.assign(times, { byAll: copy(programs.copy, child.pid, ranges, cpus().length) }),
      ];
      for (let step = 0; step < steps.length; step++) await steps[(pair + step) % steps.length]();
      const { copied, look, again, byAll } = times;
      rounds.push({
        inspectMs: look.durationMs,
        copyMs: copied.ms,
        copyAgainMs: again.ms,
        copyByAllMs: byAll.ms,
        copiedBytes: copied.bytes,
        sample: look.sample,
        unreadableBytes: look.totals.unreadableBytes,
      });
    }
    const chunks = totals.liveChunks + totals.freeChunks;
    const after = footprint(child.pid);
    const gdb = walkByGdb(child.pid, ranges, chunks);
    const heaps = arenas.reduce((sum, arena) => sum + arena.heaps, 0);
    return { name, threads, mib, shape, heaps, chunks, rssBytes: totals.rssBytes, before, after, rounds, gdb };
  } finally {
    await stop(child);
  }
}

async function measureBusy(program) {
  const child = await start(program);
  const kept = 500 * cpus().length;
  try {
    const looks = [];
    for (let walk = 0; walk < walks; walk++) {
      const { durationMs, consistency, totals, sizes } = await inspectHeap(child.pid, { sizes: 10_000 });
      const liveKept = sizes.find(({ chunkBytes }) => chunkBytes === keptBlock)?.liveChunks ?? 0;
      looks.push({ durationMs, consistency, unreadableBytes: totals.unreadableBytes, liveKept });
    }
    return { walks, kept, looks };
  } finally {
    await stop(child);
  }
}

/** The walk alone, over memory that stays in the processor's cache: nanoseconds a chunk. */
function measureHot(program, largest) {
  const [chunks, ns] = execFileSync(program, [String(largest)], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number);
  return ns / chunks;
}

const programs = { shape: compile('bench/programs/heap_shape.c'), copy: compile('bench/programs/copy_pages.c', true) };
const hot = compile('bench/programs/walk_hot.c', true);
const result = {
  takenAt: new Date().toISOString(),
  kernel: release(),
  cpus: cpus().length,
  cpu: cpus()[0].model,
  node: process.version,
  hotNs: Array.from({ length: manyPairs }, () => measureHot(hot, 128)),
  shapes: [],
};
for (const shape of shapes) {
  process.stderr.write(`bench: ${shape.name} …\n`);
  const reason = whyNot(shape);
  result.shapes.push(reason ? { name: shape.name, skipped: reason } : await measureShape(shape, programs));
}
process.stderr.write(`bench: ${walks} walks of a busy program …\n`);
result.busy = await measureBusy(compile('test/native/programs/heap_busy.c'));
if (isQuick) process.stdout.write(`${inspectSection(result)}\n`);
else {
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(join(root, 'bench', 'results', 'inspect.json'), `${JSON.stringify(result)}\n`);
  writeInspectSection();
}
