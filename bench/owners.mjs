// npm run bench:owners [-- --quick]: how long it takes to find who owns the blocks of malloc, beside a plain copy of the same memory. Writes
// bench/results/owners.json and its section of BENCHMARKS.md. Needs the builds, a C compiler and a JDK.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectHeap } from '../dist/native/inspector.js';
import { observeOwners } from '../dist/observe/owners.js';
import { readOptions } from '../scripts/lib/options.mjs';
import { measureLookedAt } from './lib/looked-at.mjs';
import { writeOwnersSection } from './owners-section.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'build', 'bench');
const { quick: isQuick } = readOptions(import.meta.url, { quick: { type: 'boolean' } });
const pairs = isQuick ? 3 : 15;
const javaHeapMib = 1536;

const shapes = [
  { name: '64 B to 1 KiB, a pointer in eight words', program: 'heap_pointers', args: ['8', '128'] },
  { name: '16 B to 64 KiB', program: 'heap_shape', args: ['8', '128', '65536'] },
  { name: '16 B to 128 B', program: 'heap_shape', args: ['8', '128', '128'] },
];
const collectors = ['G1', 'Parallel', 'Serial'];

/** With the sources of the inspector, where the program has use for them. */
function compile(source, usesInspector = false) {
  mkdirSync(built, { recursive: true });
  const output = join(built, source);
  const folder = join(root, 'native', 'inspect');
  const inspect = usesInspector ? readdirSync(folder).filter((file) => file.endsWith('.c')) : [];
  const files = [join(root, 'bench', 'programs', `${source}.c`), ...inspect.map((file) => join(folder, file))];
  const flags = ['-std=gnu11', '-O2', '-pthread', '-fno-builtin-malloc', `-I${folder}`];
  execFileSync('cc', [...flags, ...files, '-o', output], { stdio: ['ignore', 'inherit', 'inherit'] });
  return output;
}

async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function stop(child) {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function copy(program, pid, ranges) {
  const input = ranges.map(({ start: from, end }) => `${from.toString(16)} ${end.toString(16)}\n`).join('');
  const [bytes, nanoseconds] = execFileSync(program, [String(pid)], { input, encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number);
  return { bytes, ms: nanoseconds / 1e6 };
}

/** The order changes from pair to pair. */
async function measurePair(program, pid, ranges, isCopyFirst) {
  const copyTwice = () => [copy(program, pid, ranges), copy(program, pid, ranges)];
  const first = isCopyFirst ? copyTwice() : undefined;
  const before = process.cpuUsage();
  const { durationMs, times, liveBlocks, liveBytes, heap } = await observeOwners(pid);
  const { user, system } = process.cpuUsage(before);
  const [{ bytes, ms }, { ms: copyAgainMs }] = first ?? copyTwice();
  const cpuMs = (user + system) / 1000;
  const took = { durationMs, cpuMs, times, copyMs: ms, copyAgainMs };
  return { ...took, liveBlocks, liveBytes, heapBytes: heap?.readBytes, copiedBytes: bytes };
}

async function measure(child, copier, rangesOf) {
  try {
    const ranges = await rangesOf(child.pid);
    const rounds = [];
    for (let pair = 0; pair < pairs; pair++) rounds.push(await measurePair(copier, child.pid, ranges, pair % 2 === 0));
    return rounds;
  } finally {
    await stop(child);
  }
}

/** The largest mapping begins it; the JVM's archive of classes may lie at its end, and other memory right behind it. */
function javaHeap(pid) {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ 00:00 0\s*$/gm);
  const mappings = [...maps].map(([, from, to]) => ({ start: Number.parseInt(from, 16), end: Number.parseInt(to, 16) }));
  const [largest] = mappings.sort((a, b) => b.end - b.start - (a.end - a.start));
  return [{ start: largest.start, end: largest.start + javaHeapMib * 1_048_576 }];
}

const copier = compile('copy_pages', true);
const result = {
  takenAt: new Date().toISOString(),
  kernel: release(),
  cpus: cpus().length,
  cpu: cpus()[0].model,
  node: process.version,
  loadBefore: loadavg()[0],
  shapes: [],
  javaHeaps: [],
};
for (const { name, program, args } of shapes) {
  process.stderr.write(`bench: ${name} …\n`);
  const child = await start(compile(program), args);
  const rounds = await measure(child, copier, async (pid) => (await inspectHeap(pid)).ranges);
  result.shapes.push({ name, rounds });
}
const classes = join(built, 'java');
const sources = ['OwnersHeap', 'LookedAtLoop'].map((name) => join(root, 'bench', 'programs', `${name}.java`));
execFileSync('javac', ['-nowarn', '-XDignore.symbol.file', '-d', classes, ...sources], { stdio: 'inherit' });
result.jdk = execFileSync('java', ['--version'], { encoding: 'utf8' }).split('\n')[0];
for (const collector of collectors) {
  process.stderr.write(`bench: Java heap, ${collector} …\n`);
  const flags = [`-Xms${javaHeapMib}m`, `-Xmx${javaHeapMib}m`, `-XX:+Use${collector}GC`, '-cp', classes];
  const child = await start('java', [...flags, 'OwnersHeap', '1024', '80000', '20000']);
  result.javaHeaps.push({ name: collector, rounds: await measure(child, copier, javaHeap) });
}
process.stderr.write('bench: a loop that is looked at …\n');
result.lookedAt = await measureLookedAt(classes);
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(join(root, 'bench', 'results', 'owners.json'), `${JSON.stringify(result)}\n`);
writeOwnersSection();
