// npm run bench:trim [-- --quick | --report] [--java=HOME …]: how well the doctor's prediction of a trim holds. The reproducer is left at `settled` on glibc, with other
// numbers of threads and streams each time; `offheap doctor --trim` predicts, trims and measures. Writes bench/results/trim.json and its section
// of BENCHMARKS.md. A JDK named by --java is measured too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { readOptions } from '../scripts/lib/options.mjs';
import { rssBytes } from './lib/exporter.mjs';
import { writeSection } from './lib/section.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const offheap = join(root, 'bin', 'offheap.js');
const resultFile = join(root, 'bench', 'results', 'trim.json');

const runs = [
  { threads: 1, streams: 16_000 },
  { threads: 2, streams: 24_000 },
  { threads: 3, streams: 32_000 },
  { threads: 4, streams: 40_000 },
  { threads: 6, streams: 20_000 },
  { threads: 8, streams: 32_000 },
  { threads: 8, streams: 48_000 },
  { threads: 12, streams: 28_000 },
  { threads: 16, streams: 36_000 },
  { threads: 24, streams: 44_000 },
];

/** Leaves a JVM at `settled`, lends its pid, and ends it. */
async function withSettled({ threads, streams }, java, use) {
  const args = ['repro', '--allocator=glibc', '--no-meter', `--threads=${threads}`, `--streams=${streams}`, '--settle=1s'];
  const child = spawn(process.execPath, [offheap, ...args, '--hold', '--quiet', ...(java ? [`--java=${java}`] : [])], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const pid = /^@hold pid=(\d+)/.exec(line)?.[1];
      if (pid !== undefined) return await use(Number(pid));
    }
    throw new Error(`offheap ${args.join(' ')} ended before its JVM had settled`);
  } finally {
    child.kill('SIGINT');
    await exited;
  }
}

/** How much RSS changes by itself while a look is made that gives nothing back, as a share of it: the second, since at the first one a JVM begins to answer. */
async function driftShare(pid) {
  const look = () => execa(process.execPath, [offheap, 'doctor', String(pid), '--format=json'], { reject: false });
  await look();
  const before = rssBytes(pid);
  await look();
  return (rssBytes(pid) - before) / before;
}

async function measure(run, java) {
  return withSettled(run, java, async (pid) => {
    const quietShare = await driftShare(pid);
    const { stdout } = await execa(process.execPath, [offheap, 'doctor', String(pid), '--trim', '--format=json'], {
      reject: false,
    });
    const { applied, evidence, findings, durationMs } = JSON.parse(stdout);
    const [trim] = applied;
    const codes = findings.map(({ code }) => code);
    return { ...run, jdk: evidence.jvm.version, codes, durationMs, quietShare, trim };
  });
}

const percent = (share) => `${(100 * share).toFixed(2)} %`;
const mib = (bytes) => Math.round(bytes / 1_048_576).toLocaleString('en-US');

function section({ takenAt, kernel, cpu, cpuCount, measured }) {
  const errors = measured.map(({ trim }) => Math.abs(trim.errorShare));
  const drifts = measured.map(({ quietShare }) => Math.abs(quietShare));
  const rows = measured.map(({ jdk, threads, streams, codes, trim }) => [
    jdk,
    String(threads),
    streams.toLocaleString('en-US'),
    mib(trim.rssBeforeBytes),
    codes.join(', '),
    mib(trim.predictedBytes),
    mib(trim.actualBytes),
    percent(trim.errorShare),
  ]);
  const head = ['JDK', 'threads', 'streams', 'RSS before, MiB', 'findings', 'predicted MiB', 'given back MiB', 'error of RSS'];
  return [
    '## What a trim gives back, predicted and measured',
    '',
    `${cpuCount} × ${cpu}, Linux ${kernel}, ${takenAt.slice(0, 10)}. Again: \`npm run bench:trim\`; raw data in bench/results/trim.json.`,
    '',
    'The reproducer at `settled` on glibc, without the meter; `offheap doctor PID --trim`.',
    '',
    markdownTable([head, ...rows], { align: head.map((_, index) => (index === 0 || index === 4 ? 'l' : 'r')) }),
    '',
    `Error without its sign: ${percent(median(errors))} in the median, ${percent(Math.max(...errors))} at most.`,
    `Noise: while a look was made that gives nothing back, RSS changed by ${percent(median(drifts))} in the median, ${percent(Math.max(...drifts))} at most.`,
  ].join('\n');
}

const flag = { type: 'boolean' };
const values = readOptions(import.meta.url, { java: { type: 'string', multiple: true, default: [] }, quick: flag, report: flag });
if (!values.report) {
  const measured = [];
  for (const java of [undefined, ...values.java]) {
    for (const run of values.quick ? runs.slice(0, 3) : runs) {
      process.stderr.write(`bench: ${run.threads} threads, ${run.streams} streams${java ? `, ${java}` : ''} …\n`);
      measured.push(await measure(run, java));
    }
  }
  const result = { takenAt: new Date().toISOString(), kernel: release(), cpu: cpus()[0].model, cpuCount: cpus().length, measured };
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(resultFile, `${JSON.stringify(result, undefined, 1)}\n`);
}
writeSection('trim', section(JSON.parse(readFileSync(resultFile, 'utf8'))));
