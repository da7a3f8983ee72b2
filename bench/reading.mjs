// What reading another process costs: the sampler's processor time, a question to a JVM by the attach client and by jcmd, a parse of very many mappings.
// Usage: npm run bench:reading [-- --quick | --report] [--seed=N]
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runDiagnosticCommand } from '../dist/jvm/attach.js';
import { Sampler } from '../dist/native/sampler.js';
import { readMappings } from '../dist/observe/mappings.js';
import { reproduction, root, runBenchmark } from './lib/bench.mjs';
import { buildWakes } from './lib/build.mjs';
import { differenceOf, medianOf, valuesOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { measureRounds } from './lib/rounds.mjs';
import { findScanProgram } from './lib/scan-program.mjs';
import { fixed, interval, judge, problemLines, variantTable } from './lib/section-table.mjs';

const mappings = 60_000;
const question = 'VM.flags';
const aims = { samplerPercent: 0.5 };
const detailIntervalMs = 500;
const rates = [
  { name: '200 Hz', intervalMs: 5 },
  { name: '200 Hz again', intervalMs: 5 },
  { name: '200 Hz, RSS alone', intervalMs: 5, isWithoutDetails: true },
  { name: '200 Hz, waking alone', intervalMs: 5, isWaking: true },
  { name: '1 kHz', intervalMs: 1 },
];

await runBenchmark('reading', { measure, render });

async function measure({ isQuick, random, onRound }) {
  const { jdk, program } = await findScanProgram();
  const wakes = buildWakes(root);
  const rounds = isQuick ? 5 : 15;
  const samplingMs = isQuick ? 2000 : 4000;
  const jvm = await start(program.launcher, ['-jar', program.jar, 'scan', '--step', '--scan=none', `--jars=${program.scanSet}`]);
  const many = await start('python3', [join(root, 'bench', 'programs', 'many_mappings.py'), String(mappings)]);
  try {
    const sampler = await measureRounds(rates, {
      ...{ rounds: isQuick ? 5 : 7, random, onRound: onRound('sampler', isQuick ? 5 : 7) },
      run: (rate) => (rate.isWaking ? wake(wakes, rate, samplingMs) : sample(jvm.pid, rate, samplingMs)),
    });
    const jcmd = join(dirname(program.launcher), 'jcmd');
    const asks = [
      { name: 'jcmd', run: () => timeOf(() => requireSuccess(spawnSync(jcmd, [String(jvm.pid), question]))) },
      { name: 'attach client', run: () => timeOf(() => runDiagnosticCommand(jvm.pid, question, { timeoutMs: 10_000 })) },
    ];
    const attach = await measureRounds(asks, {
      rounds,
      random,
      run: (variant) => variant.run(),
      onRound: onRound('attach', rounds),
    });
    const smaps = await measureRounds([{ name: 'smaps' }], {
      rounds,
      random,
      run: () => readSmaps(many.pid),
      onRound: onRound('smaps', rounds),
    });
    return { rounds, samplingMs, jdk: jdk.version, sampler, attach, smaps };
  } finally {
    for (const child of [jvm, many]) child.kill('SIGKILL');
  }
}

/** Ready when it has printed something. */
async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function sample(pid, { intervalMs, isWithoutDetails }, samplingMs) {
  const options = { intervalMs, detailIntervalMs: isWithoutDetails ? 2 * samplingMs : detailIntervalMs };
  const sampler = new Sampler(pid, { startedAt: performance.now(), ...options });
  const startedAt = performance.now();
  await delay(samplingMs);
  sampler.stop();
  const elapsedMs = performance.now() - startedAt;
  const { cpuMs, droppedSamples } = sampler.status();
  return { percent: (100 * cpuMs) / elapsedMs, samplesPerSecond: (1000 * sampler.drain().length) / elapsedMs, droppedSamples };
}

/** A thread that wakes as the sampler's does, and reads nothing. */
async function wake(program, { intervalMs }, samplingMs) {
  const { stdout } = await promisify(execFile)(program, [String(intervalMs), String(samplingMs)]);
  return { percent: (100 * Number(stdout)) / samplingMs, samplesPerSecond: 1000 / intervalMs };
}

async function timeOf(action) {
  const startedAt = performance.now();
  await action();
  return { ms: performance.now() - startedAt };
}

function requireSuccess({ status, stderr, error }) {
  if (status !== 0) throw new Error(error?.message ?? `jcmd ended with status ${status}: ${stderr}`);
}

/** How long all of it takes, and its processor time; that of the kernel alone, by reading the text into nothing; and the longest that this thread was held. */
async function readSmaps(pid) {
  const room = Buffer.alloc(64 * 1024);
  const startedAt = performance.now();
  const descriptor = openSync(`/proc/${pid}/smaps`);
  while (readSync(descriptor, room) > 0) {}
  closeSync(descriptor);
  const kernelMs = performance.now() - startedAt;
  const held = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  held.enable();
  const begunAt = performance.now();
  const count = (await readMappings(pid)).length;
  const readMs = performance.now() - begunAt;
  held.disable();
  const { user, system } = process.cpuUsage(before);
  if (count < mappings) throw new Error(`${count} mappings were read`);
  return { kernelMs, readMs, cpuMs: (user + system) / 1000, heldMs: held.max / 1e6, mappings: count };
}

function render(raw) {
  const { rounds, samplingMs, jdk, sampler, attach, smaps } = raw;
  const percent = (name) => medianOf(valuesOf(sampler, name, 'percent'));
  const figure = (key) => interval(medianOf(valuesOf(smaps, 'smaps', key)), fixed);
  const names = rates.map(({ name }) => name);
  const noise = differenceOf(valuesOf(sampler, '200 Hz again', 'percent'), valuesOf(sampler, '200 Hz', 'percent'));
  return [
    '## What reading a process costs',
    `- The sampler, at most ${aims.samplerPercent} % of a core at 200 Hz: ${judge(percent('200 Hz'), (value) => value <= aims.samplerPercent)}${told(percent('200 Hz'), '%')}; waking at that rate alone takes ${plain(percent('200 Hz, waking alone'))} %.
- smaps of ${mappings.toLocaleString('en-US')} mappings: ${figure('readMs')} ms until they are taken apart, of which the kernel needs ${figure('kernelMs')} ms; the JavaScript thread is held for ${figure('heldMs')} ms at most.`,
    `${describeMachine(raw)} JDK ${jdk}. ${rounds} rounds in random order. ${reproduction('reading')}`,
    `The sampler’s own processor time as a percentage of one core, over ${samplingMs / 1000} s of a JVM, RSS at that rate and \`smaps_rollup\` twice a second:`,
    variantTable(sampler, names, [
      { key: 'percent', head: '% of a core', format: fixed },
      { key: 'samplesPerSecond', head: 'samples a second', format: fixed },
    ]),
    `*Waking alone* is a thread in C that waits as the sampler does and reads nothing. The same twice: *200 Hz again* less *200 Hz* is ${plain(noise)} percentage points.`,
    `\`${question}\` asked of a JVM, milliseconds; jcmd starts a JVM of its own for it:`,
    variantTable(attach, ['jcmd', 'attach client'], [{ key: 'ms', head: 'ms', format: fixed }]),
    `Those ${mappings.toLocaleString('en-US')} mappings take ${figure('cpuMs')} ms of processor time in all, the kernel’s among it.`,
    problemLines([...sampler, ...attach, ...smaps]),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function plain(estimate) {
  return estimate ? interval(estimate, fixed) : '–';
}

function told(estimate, unit) {
  return estimate ? `, ${plain(estimate)} ${unit}` : '';
}
