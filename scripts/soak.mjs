// An hour of scan and GC under the meter, while the doctor looks every second. Nothing of ours may grow, and the meter's live bytes may not
// drift from what glibc's heap says. Usage: npm run soak -- [--minutes=60] [--write]   (--write: into docs/reliability.md)
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { diagnose } from '../dist/doctor/diagnose.js';
import { inspectHeap, openCounters } from '../dist/index.js';
import { collectEvidence } from '../dist/observe/evidence.js';
import { readMappings } from '../dist/observe/mappings.js';
import { readOptions } from './lib/options.mjs';
import { fail, run, say } from './lib/run.mjs';
import { judge, report } from './soak/judge.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, {
  minutes: { type: 'string', default: '60' },
  write: { type: 'boolean', default: false },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) fail(`expected --minutes to be a positive number, got ${JSON.stringify(values.minutes)}.`);
if (typeof global.gc !== 'function') fail('expected node --expose-gc; start it by: npm run soak');

const classes = join(root, 'build', 'soak');
mkdirSync(classes, { recursive: true });
if (!run('javac', ['-d', classes, join(root, 'scripts', 'soak', 'Cycles.java')])) fail('Cycles.java does not compile.');
const jar = join(root, 'build', 'java', 'offheap-repro.jar');
const flags = ['-Xms256m', '-Xmx256m', '-XX:+AlwaysPreTouch', '-XX:NativeMemoryTracking=summary'];
const child = spawn('java', [...flags, '-cp', classes, 'Cycles', process.env.OFFHEAP_SOAK_JAR ?? jar], {
  env: { PATH: process.env.PATH, LC_ALL: 'C', LD_PRELOAD: join(root, 'build', 'Release', 'libmeter.so') },
  stdio: ['pipe', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => child.once('exit', resolve));
process.once('exit', () => child.kill('SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
await expectLine(/^ready$/);

const pid = child.pid;
const counters = openCounters({ pid });
const doctor = { looks: 0, failures: 0 };
const samples = [];
const until = performance.now() + minutes * 60_000;
let isOver = false;
const looking = lookEverySecond();
while (performance.now() < until) {
  child.stdin.write('\n');
  const [, streams, bytes] = await expectLine(/^cycle (\d+) (\d+)$/);
  await freed();
  samples.push({ atMs: Math.round(performance.now()), streams: Number(streams), bytes: Number(bytes), ...(await measure()) });
}
isOver = true;
await looking;
child.stdin.end();
const exitStatus = await ended;
const outcome = judge({ minutes, samples, doctor, exitStatus });
writeFileSync(
  join(root, 'build', 'soak', 'soak.json'),
  JSON.stringify({ minutes, doctor, exitStatus, samples, outcome }, undefined, 1),
);
if (values.write) (await import('./lib/doc-part.mjs')).writePart('soak', report(outcome));
process.stdout.write(report(outcome));
for (const problem of outcome.problems) say(problem);
process.exitCode = outcome.problems.length > 0 ? 1 : 0;

async function expectLine(pattern) {
  const { value, done } = await lines.next();
  const match = done ? undefined : pattern.exec(value);
  if (!match) fail(`expected the program to print ${pattern}, found ${JSON.stringify(value)}.`);
  return match;
}

/** The native states of a cycle's Inflaters are gone when live bytes have not changed for a quarter of a second. */
async function freed() {
  const giveUpAt = performance.now() + 20_000;
  for (let before = -1, now = counters.read().liveUsableBytes; before !== now && performance.now() < giveUpAt; ) {
    before = now;
    await delay(250);
    now = counters.read().liveUsableBytes;
  }
}

async function measure() {
  const { liveUsableBytes, peakLiveUsableBytes, settled } = counters.read();
  const { totals, mmapped, consistency } = await inspectHeap(pid);
  const mappings = await readMappings(pid);
  const ofMeter = mappings.filter(({ path }) => /libmeter\.so|offheap-/.test(path));
  global.gc();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  return {
    liveUsableBytes,
    peakLiveUsableBytes,
    settled,
    glibcLiveBytes: totals.liveBytes - totals.unknownBytes + mmapped.sizeBytes,
    unreadableBytes: totals.unreadableBytes,
    consistency,
    rssOfProgram: mappings.reduce((sum, mapping) => sum + mapping.rssBytes, 0),
    rssOfMeter: ofMeter.reduce((sum, mapping) => sum + mapping.rssBytes, 0),
    mappings: mappings.length,
    doctorRss: rss,
    doctorHeap: heapUsed,
    doctorExternal: external + arrayBuffers,
    handles: process.getActiveResourcesInfo().length,
    descriptors: readdirSync('/proc/self/fd').length,
  };
}

async function lookEverySecond() {
  while (!isOver) {
    const next = performance.now() + 1000;
    try {
      const evidence = await collectEvidence(pid, { inspect: inspectHeap, timeoutMs: 10_000 });
      diagnose(evidence);
      doctor.looks++;
    } catch (error) {
      doctor.failures++;
      say(`the doctor failed: ${error.message}`);
    }
    await delay(Math.max(0, next - performance.now()));
  }
}
