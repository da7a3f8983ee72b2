// npm run bench:give-back: how long an allocator is at it when it gives memory back, and how long a thread waits meanwhile that allocates. Rounds with a
// trim, without one, and without one again, of one JVM for each allocator and size. Writes bench/results/give-back.json and its section of BENCHMARKS.md. src/stats/trim-cost.ts
// has its figures. Needs the builds and a JDK.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { markdownTable } from 'markdown-table';
import { max, median } from 'simple-statistics';
import { findAllocator } from '../dist/allocators/locate.js';
import { askAllocator } from '../dist/observe/ask-allocator.js';
import { execaRunner } from '../dist/process/execa-runner.js';
import { expectedTrimMs } from '../dist/stats/trim-cost.js';
import { say } from '../scripts/lib/run.mjs';
import { reproduction, root, runBenchmark } from './lib/bench.mjs';
import { medianOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { times } from './lib/section-table.mjs';

const bytesPerMiB = 1_048_576;
/** Before the trim, and as long after it as it takes, and this. */
const quietMs = 200;
/** In the round without a trim: as long as a trim of 4 GiB takes. */
const pauseMs = 200;
const timeoutMs = 60_000;

/** What keeps each allocator from giving it back before it is told to. */
const allocators = [
  { name: 'glibc', env: {} },
  { name: 'jemalloc', env: { MALLOC_CONF: 'dirty_decay_ms:-1,muzzy_decay_ms:-1' } },
  { name: 'tcmalloc', env: { TCMALLOC_RELEASE_RATE: '0' } },
  // Of 2.0 the one, of 2.1 the other.
  { name: 'mimalloc', env: { MIMALLOC_DECOMMIT_DELAY: '3600000', MIMALLOC_PURGE_DELAY: '3600000' } },
];
const sizesMiB = [100, 400, 1024, 4096];

async function startLoop(classes, sizeMiB, env) {
  const flags = ['-Xms128m', '-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classes, 'GiveBackLoop'];
  const child = spawn('java', [...flags, String(sizeMiB)], {
    env: { PATH: process.env.PATH, LC_ALL: 'C', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  if ((await next()) !== 'ready') throw new Error('GiveBackLoop did not start');
  const { pid } = child;
  return {
    pid,
    say: (line) => child.stdin.write(`${line}\n`),
    next,
    rss: () => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024,
    attachCpuNs: () => attachCpuNs(pid),
    stop: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

/** Of the thread that trims: what else runs on the machine may make it wait, which is no part of what a trim costs. */
function attachCpuNs(pid) {
  const folder = `/proc/${pid}/task`;
  const thread = readdirSync(folder).find((tid) => readFileSync(`${folder}/${tid}/comm`, 'utf8').startsWith('Attach Listene'));
  return thread === undefined ? 0 : Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]);
}

/** The same is done in both, but for the trim itself: the JVM answers, and has its agent loaded. */
async function measureRound(loop, trims) {
  // Of the round before.
  await askAllocator(loop.pid, 'purge', { timeoutMs });
  loop.say('fill');
  await loop.next();
  const before = loop.rss();
  loop.say('run');
  await delay(quietMs);
  const cpuBefore = loop.attachCpuNs();
  const answers = await askAllocator(loop.pid, trims ? 'purge' : 'ask', { timeoutMs });
  const cpuMs = (loop.attachCpuNs() - cpuBefore) / 1e6;
  await delay(trims ? quietMs : quietMs + pauseMs);
  const after = loop.rss();
  loop.say('end');
  const [requests, medianNs, p99Ns, longestNs] = (await loop.next()).split(' ').map(Number);
  const tookMs = answers.find(({ serves }) => serves)?.purge?.tookMs;
  return { requests, medianNs, p99Ns, longestNs, cpuMs, ...(trims ? { tookMs, backBytes: before - after } : {}) };
}

async function measureCell(classes, { name, env }, sizeMiB, { pairs, onRound }) {
  const { found, preload, reason } = await findAllocator(name, execaRunner);
  if (!found) return { allocator: name, sizeMiB, reason };
  const loop = await startLoop(classes, sizeMiB, { ...env, ...(preload ? { LD_PRELOAD: preload } : {}) });
  const rounds = [];
  try {
    // The agent is loaded, and the loop compiled.
    await measureRound(loop, true);
    for (let pair = 0; pair < pairs; pair++) {
      onRound(pair);
      const isQuietFirst = pair % 2 === 0;
      const before = isQuietFirst ? await measureRound(loop, false) : undefined;
      const trimmed = await measureRound(loop, true);
      const quiet = before ?? (await measureRound(loop, false));
      rounds.push({ quiet, quietAgain: await measureRound(loop, false), trimmed });
    }
  } finally {
    await loop.stop();
  }
  return { allocator: name, sizeMiB, rounds };
}

async function measure({ isQuick, onRound }) {
  const classes = join(root, 'build', 'bench', 'java');
  const source = join(root, 'bench', 'programs', 'GiveBackLoop.java');
  execFileSync('javac', ['-nowarn', '-d', classes, source], { stdio: 'inherit' });
  const [pairs, sizes] = isQuick ? [1, sizesMiB.slice(0, 2)] : [5, sizesMiB];
  const jdk = execFileSync('java', ['--version'], { encoding: 'utf8' }).split('\n')[0];
  const cells = [];
  for (const allocator of allocators) {
    for (const size of sizes) {
      say(`${allocator.name}, ${size} MiB`);
      cells.push(await measureCell(classes, allocator, size, { pairs, onRound: onRound(`${allocator.name}, ${size} MiB`, pairs) }));
    }
  }
  return { jdk, pairs, cells };
}

const ms = (ns) => (ns / 1e6).toFixed(2);
const of = (rounds, kind, key) => rounds.map((round) => round[kind][key]);

function rowOf({ allocator, sizeMiB, rounds, reason }) {
  if (!rounds) return [allocator, String(sizeMiB), reason, ...Array(8).fill('–')];
  const took = of(rounds, 'trimmed', 'tookMs');
  const back = of(rounds, 'trimmed', 'backBytes');
  const pair = (key, sum) => ['quiet', 'trimmed'].map((kind) => ms(sum(of(rounds, kind, key))));
  return [
    allocator,
    sizeMiB.toLocaleString('en-US'),
    Math.round(median(back) / bytesPerMiB).toLocaleString('en-US'),
    `${median(took).toFixed(1)} (${max(took).toFixed(1)})`,
    median(rounds.map(trimCpuMs)).toFixed(1),
    perGiB({ rounds }).toFixed(0),
    ...pair('p99Ns', median),
    ...pair('longestNs', median),
    ms(max(of(rounds, 'trimmed', 'longestNs'))),
  ];
}

/** An answer without a trim takes its time, too. */
function trimCpuMs({ quiet, trimmed }) {
  return trimmed.cpuMs - quiet.cpuMs;
}

function perGiB({ rounds }) {
  return max(rounds.map((round) => trimCpuMs(round) / (round.trimmed.backBytes / bytesPerMiB / 1024)));
}

/** Two rounds of a pair in which nothing was given back. */
function beside(cells, key) {
  const pairs = cells.flatMap(({ rounds = [] }) => rounds.map(({ quiet, quietAgain }) => quietAgain[key] / quiet[key]));
  const estimate = medianOf(pairs);
  return estimate ? times(estimate) : '–';
}

function render(raw) {
  const { cells, pairs, jdk } = raw;
  const head = [
    ...['allocator', 'asked for MiB', 'given back MiB', 'trim ms (longest)', 'of it on a processor', 'on it, ms/GiB at most'],
    ...['p99 ms', '… with trim', 'longest ms', '… with trim', '… at most'],
  ];
  const bounds = allocators.map(({ name }) => `${name} ${expectedTrimMs(name, 1024 * bytesPerMiB) ?? '–'}`).join(', ');
  return [
    '## What a trim costs the program',
    '',
    `${describeMachine(raw)} ${jdk}.`,
    '',
    `Four threads of a JVM have asked for so much native memory in blocks of 1 to 32 KiB, and of 64 blocks 63 are free. One thread goes on with requests: each allocates 32 blocks of up to 32 KiB, and frees them. In one round of a pair the allocator is told to give back what is free, by the agent, in the other it is only asked. ${pairs} pairs, in turns, each with a round more without a trim. Settings keep the allocators from giving anything back by themselves. Other programs run on the machine, too, and a thread that waits for a processor stands still: the round without a trim shows how long. Of the trim the time on a processor is told besides. Latencies are medians over the rounds, and in the last column the longest of all.`,
    '',
    markdownTable([head, ...cells.map(rowOf)], { align: head.map((_, index) => (index === 0 ? 'l' : 'r')) }),
    '',
    `Noise: a round without a trim beside another: p99 ${beside(cells, 'p99Ns')}, the longest ${beside(cells, 'longestNs')}.`,
    '',
    `\`offheap trim\` and \`doctor --trim\` say beforehand how long it takes at most on a free processor. For 1 GiB, in milliseconds: ${bounds}.`,
    '',
    reproduction('give-back'),
  ].join('\n');
}

await runBenchmark('give-back', { measure, render });
