// What looks at the owners of a JVM cost the JVM, beside a heap dump, and beside a core file that chap reads: bench/owners.mjs.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { observeOwners } from '../../dist/observe/owners.js';

const usedMib = 1024;
const inflaters = 20_000;
const pairs = 10;
const roundMs = 3000;
const dumps = 5;
const intervalMs = 1000;

/** Without a fixed threshold malloc would keep the memory of the requests, and nothing would be mapped. */
const env = { PATH: process.env.PATH, LC_ALL: 'C', MALLOC_MMAP_THRESHOLD_: '131072' };

async function startLoop(classes) {
  const flags = [`-Xms${1.5 * usedMib}m`, `-Xmx${1.5 * usedMib}m`, '-XX:+UseG1GC', '-cp', classes, 'LookedAtLoop'];
  const child = spawn('java', [...flags, String(usedMib), String(inflaters)], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value !== 'ready') throw new Error(`LookedAtLoop said ${value}`);
  let begun = performance.now();
  /** What there was since the last call. */
  const endRound = async () => {
    child.stdin.write('\n');
    const { value: line } = await lines.next();
    const ms = performance.now() - begun;
    begun = performance.now();
    const [requests, medianNs, p99Ns, longestNs] = line.split(' ').map(Number);
    return { ms, requests, medianNs, p99Ns, longestNs };
  };
  return { pid: child.pid, endRound, stop: () => child.stdin.end() };
}

async function quietRound({ endRound }) {
  await endRound();
  await delay(roundMs);
  return endRound();
}

async function lookedAtRound({ pid, endRound }) {
  await endRound();
  const looksMs = [];
  for (const until = performance.now() + roundMs; performance.now() < until; ) {
    const begun = performance.now();
    await observeOwners(pid);
    looksMs.push(performance.now() - begun);
    await delay(Math.max(0, Math.min(until - performance.now(), intervalMs - (performance.now() - begun))));
  }
  return { ...(await endRound()), looksMs };
}

/** Runs it while the loop goes on. `bytesOf`: what it left on the disk. */
async function during({ endRound }, doIt, bytesOf = () => 0) {
  await endRound();
  const begun = performance.now();
  await doIt();
  const tookMs = performance.now() - begun;
  return { tookMs, bytes: bytesOf(), ...(await endRound()) };
}

function hasProgram(name) {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/** The program must not be waited for by the event loop, or the loop's answer would be late. */
function runQuietly(command, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))));
    child.stdin.end(input);
  });
}

async function measureDumps(loop, folder) {
  const rounds = [];
  const file = join(folder, 'heap.hprof');
  for (let round = 0; round < dumps; round++) {
    const owners = await during(loop, () => observeOwners(loop.pid, { holders: 1 }));
    const dump = await during(
      loop,
      () => runQuietly('jcmd', [String(loop.pid), 'GC.heap_dump', file]),
      () => statSync(file).size,
    );
    rmSync(file);
    rounds.push({ owners, dump });
  }
  return rounds;
}

/** chap is in no package of Debian: it is measured where it is installed. */
async function measureCore(loop, folder) {
  if (!hasProgram('gcore') || !hasProgram('chap')) return undefined;
  const core = join(folder, 'core');
  const file = `${core}.${loop.pid}`;
  const taken = await during(
    loop,
    () => runQuietly('gcore', ['-o', core, String(loop.pid)]),
    () => statSync(file).size,
  );
  const begun = performance.now();
  await runQuietly('chap', [file], 'summarize used\ncount leaked\n');
  return { taken, readMs: performance.now() - begun };
}

/** Pairs of rounds with and without looks; then looks and dumps in turns; then a core, where chap is installed. */
export async function measureLookedAt(classes) {
  const loop = await startLoop(classes);
  const folder = mkdtempSync(join(tmpdir(), 'offheap-dumps-'));
  try {
    const rounds = [];
    for (let pair = 0; pair < pairs; pair++) {
      const isQuietFirst = pair % 2 === 0;
      const before = isQuietFirst ? await quietRound(loop) : undefined;
      const looked = await lookedAtRound(loop);
      rounds.push({ quiet: before ?? (await quietRound(loop)), looked });
    }
    const rssKib = Number(/VmRSS:\s*(\d+)/.exec(execFileSync('cat', [`/proc/${loop.pid}/status`], { encoding: 'utf8' }))?.[1]);
    return { rssKib, rounds, dumps: await measureDumps(loop, folder), core: await measureCore(loop, folder) };
  } finally {
    loop.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
