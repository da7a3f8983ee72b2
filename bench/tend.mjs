// npm run bench:tend [-- --minutes=32 --cycle=8m --java=HOME … | --quick]: what `offheap tend` gives back of 20 JVMs with its default options, and what it costs. Each JVM has a
// twin with the same load that nobody tends. Every cycle begins with a burst; before the next one, what is left is given back by hand in both. Writes
// bench/results/tend.json and its section of BENCHMARKS.md. Needs the builds and javac.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { findAllocator } from '../dist/allocators/locate.js';
import { trim } from '../dist/index.js';
import { removeAttachSocket } from '../dist/jvm/attach-leftover.js';
import { parseDuration } from '../dist/model/units.js';
import { execaRunner } from '../dist/process/execa-runner.js';
import { readOptions } from '../scripts/lib/options.mjs';
import { root } from './lib/bench.mjs';
import { cpuMs, rssBytes } from './lib/exporter.mjs';
import { describeHost } from './lib/host.mjs';
import { writeTendSection } from './tend-section.mjs';

const values = readOptions(import.meta.url, {
  minutes: { type: 'string' },
  cycle: { type: 'string' },
  quick: { type: 'boolean' },
  java: { type: 'string', multiple: true, default: [] },
});
const [minutes, cycle] = values.quick ? ['6', '3m'] : ['32', '8m'];
const endMs = Number(values.minutes ?? minutes) * 60_000;
const cycleMs = parseDuration(values.cycle ?? cycle, '--cycle');
const launchers = ['java', ...values.java.map((home) => join(home, 'bin', 'java'))];
const sampleMs = 10_000;
/** On each of four threads: 160 MiB. */
const streams = 1000;
/** Pairs of JVMs by allocator. */
const pairsOf = { glibc: 11, jemalloc: 3, tcmalloc: 3, mimalloc: 3 };

async function environmentOf(allocator) {
  const env = { PATH: process.env.PATH };
  if (allocator === 'glibc') return env;
  const location = await findAllocator(allocator, execaRunner);
  if (!location.found) throw new Error(location.reason);
  return { ...env, LD_PRELOAD: location.library };
}

async function startLoop(folder, { allocator, java, arm }) {
  const args = ['-Xmx32m', '-XX:TieredStopAtLevel=1', '-cp', folder, 'TendedLoop', String(streams), arm];
  const child = spawn(java, args, { stdio: ['pipe', 'pipe', 'inherit'], env: await environmentOf(allocator) });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const tell = async (letter) => {
    child.stdin.write(letter);
    const { value } = await lines.next();
    if (value === undefined) throw new Error(`a JVM under ${allocator} has ended`);
    return value;
  };
  return { child, pid: child.pid, tell };
}

const isStopped = ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null;

async function stop(child, signal = 'SIGKILL') {
  if (!isStopped(child)) {
    child.kill(signal);
    await once(child, 'exit');
  }
}

/** The load of one JVM until the end: a burst each cycle, and by hand what is left before it. */
async function drive(loop, begunAt, offsetMs) {
  const cycles = [];
  for (let cycle = 0; offsetMs + cycle * cycleMs < endMs; cycle++) {
    await delay(Math.max(0, begunAt + offsetMs + cycle * cycleMs - performance.now()));
    const [requests, medianNs, p99Ns, longestNs] = (await loop.tell('q')).split(' ').map(Number);
    if (cycle > 0) {
      const { fix } = await trim(loop.pid);
      cycles.push({ endedAt: Date.now(), requests, medianNs, p99Ns, longestNs, leftBytes: fix.actualBytes });
    }
    await loop.tell('b');
    // The burst and the trim by hand are no part of the next cycle's requests.
    await loop.tell('q');
  }
  return cycles;
}

function startTender(folder) {
  const select = `-cp ${folder} TendedLoop \\d+ tended`;
  const args = [join(root, 'bin', 'offheap.js'), 'tend', '--load-agent', '--format=json', `--select=${select}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const events = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line));
    process.stderr.write(`bench: ${line}\n`);
  });
  return { child, events };
}

const folder = mkdtempSync(join(tmpdir(), 'offheap-bench-tend-'));
const children = [];
try {
  execFileSync('javac', ['-d', folder, join(root, 'bench', 'programs', 'TendedLoop.java')]);
  const allocators = Object.entries(pairsOf).flatMap(([name, count]) => Array(count).fill(name));
  const pairs = [];
  for (const [index, allocator] of allocators.entries()) {
    const java = launchers[index % launchers.length];
    const tended = await startLoop(folder, { allocator, java, arm: 'tended' });
    const twin = await startLoop(folder, { allocator, java, arm: 'alone' });
    children.push(tended.child, twin.child);
    pairs.push({ allocator, java, tended, twin });
  }
  const host = describeHost();
  const startedAt = new Date().toISOString();
  const { child: tender, events } = startTender(folder);
  const begunAt = performance.now();
  const samples = [];
  const sampling = (async () => {
    for (let next = begunAt; next < begunAt + endMs; next += sampleMs) {
      await delay(Math.max(0, next - performance.now()));
      const rssOf = (arm) => pairs.map((pair) => rssBytes(pair[arm].pid));
      samples.push({
        tended: rssOf('tended'),
        twin: rssOf('twin'),
        tenderRssBytes: rssBytes(tender.pid),
        tenderCpuMs: cpuMs(tender.pid),
      });
    }
  })();
  const driven = pairs.map(async ({ allocator, java, tended, twin }, index) => {
    const offsetMs = (index * cycleMs) / pairs.length;
    const [cycles, twinCycles] = await Promise.all([drive(tended, begunAt, offsetMs), drive(twin, begunAt, offsetMs)]);
    return { allocator, java, pid: tended.pid, cycles, twinCycles };
  });
  const jvms = await Promise.all(driven);
  await sampling;
  const wallMs = performance.now() - begunAt;
  const tenderCpuMs = cpuMs(tender.pid);
  await stop(tender, 'SIGTERM');
  const result = { startedAt, host, node: process.version, wallMs, cycleMs, streams, tenderCpuMs, jvms, events, samples };
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(join(root, 'bench', 'results', 'tend.json'), `${JSON.stringify(result)}\n`);
  writeTendSection();
} finally {
  await Promise.all(children.map((child) => stop(child)));
  await Promise.all(children.map(({ pid }) => removeAttachSocket(pid)));
  rmSync(folder, { recursive: true });
}
