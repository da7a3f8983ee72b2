// What reading another process costs: the sampler's processor time, a question to a JVM by the attach client and by jcmd, a parse of very many mappings.
// Usage: npm run bench:reading [-- --quick | --report] [--seed=N]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runDiagnosticCommand } from '../dist/jvm/attach.js';
import { Sampler } from '../dist/native/sampler.js';
import { parseSmaps } from '../dist/parse/smaps.js';
import { reproduction, root, runBenchmark } from './lib/bench.mjs';
import { medianOf, valuesOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { measureRounds } from './lib/rounds.mjs';
import { findScanProgram } from './lib/scan-program.mjs';
import { fixed, interval, judge, problemLines, variantTable } from './lib/section-table.mjs';

const mappings = 60_000;
const question = 'VM.flags';
const aims = { samplerPercent: 1 };
const rates = [
  { name: '200 Hz', intervalMs: 5 },
  { name: '1 kHz', intervalMs: 1 },
];

await runBenchmark('reading', { measure, render });

async function measure({ isQuick, random, onRound }) {
  const { jdk, program } = await findScanProgram();
  const rounds = isQuick ? 5 : 15;
  const samplingMs = isQuick ? 1000 : 4000;
  const jvm = await start(program.launcher, ['-jar', program.jar, 'scan', '--step', '--scan=none', `--jars=${program.scanSet}`]);
  const many = await start('python3', [join(root, 'bench', 'programs', 'many_mappings.py'), String(mappings)]);
  try {
    const sampler = await measureRounds(rates, {
      ...{ rounds: isQuick ? 5 : 7, random, onRound: onRound('sampler', isQuick ? 5 : 7) },
      run: (rate) => sample(jvm.pid, rate, samplingMs),
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

async function sample(pid, { intervalMs }, samplingMs) {
  const sampler = new Sampler(pid, { startedAt: performance.now(), intervalMs, detailIntervalMs: 500 });
  const startedAt = performance.now();
  await delay(samplingMs);
  sampler.stop();
  const elapsedMs = performance.now() - startedAt;
  const { cpuMs, droppedSamples } = sampler.status();
  return { percent: (100 * cpuMs) / elapsedMs, samplesPerSecond: (1000 * sampler.drain().length) / elapsedMs, droppedSamples };
}

async function timeOf(action) {
  const startedAt = performance.now();
  await action();
  return { ms: performance.now() - startedAt };
}

function requireSuccess({ status, stderr, error }) {
  if (status !== 0) throw new Error(error?.message ?? `jcmd ended with status ${status}: ${stderr}`);
}

function readSmaps(pid) {
  const startedAt = performance.now();
  const text = readFileSync(`/proc/${pid}/smaps`, 'utf8');
  const readAt = performance.now();
  const count = parseSmaps(text).length;
  if (count < mappings) throw new Error(`${count} mappings were parsed`);
  return { readMs: readAt - startedAt, parseMs: performance.now() - readAt, mappings: count };
}

function render(raw) {
  const { rounds, samplingMs, jdk, sampler, attach, smaps } = raw;
  const percent = (name) => medianOf(valuesOf(sampler, name, 'percent'));
  const figure = (key) => interval(medianOf(valuesOf(smaps, 'smaps', key)), fixed);
  const names = rates.map(({ name }) => name);
  return [
    '## What reading a process costs',
    `${describeMachine(raw)} JDK ${jdk}. ${rounds} rounds in random order. ${reproduction('reading')}`,
    `The sampler’s own processor time as a percentage of one core, over ${samplingMs / 1000} s of a JVM, RSS at that rate and smaps twice a second:`,
    variantTable(sampler, names, [
      { key: 'percent', head: '% of a core', format: fixed },
      { key: 'samplesPerSecond', head: 'samples a second', format: fixed },
    ]),
    `- At most ${aims.samplerPercent} % at 200 Hz: ${judge(percent('200 Hz'), (value) => value <= aims.samplerPercent)}.`,
    `\`${question}\` asked of a JVM, milliseconds; jcmd starts a JVM of its own for it:`,
    variantTable(attach, ['jcmd', 'attach client'], [{ key: 'ms', head: 'ms', format: fixed }]),
    `smaps of ${mappings.toLocaleString('en-US')} mappings: ${figure('readMs')} ms for the kernel to write it, ${figure('parseMs')} ms to parse it.`,
    problemLines([...sampler, ...attach, ...smaps]),
  ]
    .filter(Boolean)
    .join('\n\n');
}
