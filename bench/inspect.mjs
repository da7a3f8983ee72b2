// npm run bench:inspect: how long the heap inspector takes against copying the same memory, what it does to its target, and how it stands a
// target that allocates at full speed. Writes bench/results/inspect.json and its section of BENCHMARKS.md. Needs the builds and a C compiler.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectHeap } from '../dist/native/inspector.js';
import { writeInspectSection } from './inspect-section.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'build', 'bench');
const [manyPairs, fewPairs] = [15, 5];
const walks = 1000;
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
  { name: 'live, 16 B to 128 B, large', threads: 16, mib: 384, shape: '128' },
  // How it grows: with the size of the heap, and with the number of chunks.
  { name: 'live, 16 B to 64 KiB, 4 GiB', threads: 16, mib: 256, shape: '65536', pairs: fewPairs },
  { name: 'live, 16 B to 64 KiB, 16 GiB', threads: 16, mib: 1024, shape: '65536', pairs: fewPairs },
  { name: '10⁸ chunks of 32 B to 96 B', threads: 16, mib: 416, shape: '64', pairs: fewPairs },
];

/** What would push the machine into swapping, or the OOM killer, is not run. */
function whyNot({ threads, mib }) {
  const availableMib = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) / 1024;
  const neededMib = Math.round(threads * mib * 1.15);
  return availableMib < neededMib ? `needs ${neededMib} MiB, ${Math.round(availableMib)} MiB are available` : undefined;
}

function compile(source, sources = []) {
  mkdirSync(built, { recursive: true });
  const output = join(built, source.replace(/^.*\//, '').replace(/\.c$/, ''));
  const inspect = ['page_map', 'page_bits', 'remote', 'proc_maps', 'deadline'].map((name) =>
    join(root, 'native', 'inspect', `${name}.c`),
  );
  const flags = ['-std=gnu11', '-O2', '-pthread', '-fno-builtin-malloc', `-I${join(root, 'native', 'inspect')}`];
  execFileSync('cc', [...flags, join(root, source), ...(sources.length > 0 ? inspect : []), '-o', output], {
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

function copy(program, pid, ranges) {
  const input = ranges.map(({ start: from, end }) => `${from.toString(16)} ${end.toString(16)}\n`).join('');
  const [bytes, nanoseconds] = execFileSync(program, [String(pid)], { input, encoding: 'utf8' })
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
      const first = pair % 2 === 0 ? copy(programs.copy, child.pid, ranges) : undefined;
      const look = await inspectHeap(child.pid);
      const { bytes, ms } = first ?? copy(programs.copy, child.pid, ranges);
      rounds.push({ inspectMs: look.durationMs, copyMs: ms, copiedBytes: bytes, sample: look.sample });
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

const programs = { shape: compile('bench/programs/heap_shape.c'), copy: compile('bench/programs/copy_pages.c', ['inspect']) };
const result = {
  takenAt: new Date().toISOString(),
  kernel: release(),
  cpus: cpus().length,
  cpu: cpus()[0].model,
  node: process.version,
  shapes: [],
};
for (const shape of shapes) {
  process.stderr.write(`bench: ${shape.name} …\n`);
  const reason = whyNot(shape);
  result.shapes.push(reason ? { name: shape.name, skipped: reason } : await measureShape(shape, programs));
}
process.stderr.write(`bench: ${walks} walks of a busy program …\n`);
result.busy = await measureBusy(compile('test/native/programs/heap_busy.c'));
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(join(root, 'bench', 'results', 'inspect.json'), `${JSON.stringify(result)}\n`);
writeInspectSection();
