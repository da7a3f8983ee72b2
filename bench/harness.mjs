// What the harness adds: the wall time of a whole run over that of the JVMs in it, and the start-up of the command line over node's own.
// Usage: npm run bench:harness [-- --quick | --report] [--seed=N]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reproduction, root, runBenchmark } from './lib/bench.mjs';
import { medianOf, ratioOf, valuesOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { measureRounds } from './lib/rounds.mjs';
import { aimLine, fixed, interval, noiseLine, problemLines, variantTable } from './lib/section-table.mjs';

const bin = join(root, 'bin', 'offheap.js');
const oneFile = join(root, 'build', 'standalone', `offheap-linux-${process.arch}`);
const aims = { harness: 1.15, startUp: 1.15 };
const reference = 'node -e 0';
const startUps = [
  { name: reference, args: ['-e', '0'] },
  { name: `${reference}, again`, args: ['-e', '0'] },
  { name: 'offheap --version', args: [bin, '--version'], isAimed: true },
  {
    name: 'one file, --version',
    command: oneFile,
    args: ['--version'],
    isAimed: true,
    ...(existsSync(oneFile) ? {} : { reason: 'not built: npm run build:standalone' }),
  },
  { name: 'offheap --help', args: [bin, '--help'] },
  // Of the process that measures: all modules of a look, and a small heap.
  { name: 'offheap doctor PID', args: [bin, 'doctor', String(process.pid), '--quiet'] },
];

await runBenchmark('harness', { measure, render });

async function measure({ isQuick, random, onRound }) {
  const [rounds, runs] = isQuick ? [5, 1] : [21, 5];
  const startUp = await measureRounds(startUps, {
    rounds,
    random,
    onRound: onRound('start-up', rounds),
    run: ({ command = process.execPath, args }) => startOnce(command, args),
  });
  const whole = await measureRounds([{ name: 'repro' }], { rounds: runs, random, onRound: onRound('repro', runs), run: runAll });
  return { rounds, runs, startUp, whole };
}

function startOnce(command, args) {
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'ignore' });
  // 3: problems were found, which a look may.
  if (status !== 0 && status !== 3) throw new Error(`exit status ${status}`);
  return { ms: performance.now() - startedAt };
}

function runAll() {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-bench-'));
  const results = join(folder, 'result.json');
  try {
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [bin, 'repro', '--allocator=all', '--quiet', `--results=${results}`], {
      encoding: 'utf8',
    });
    const wallMs = performance.now() - startedAt;
    if (status !== 0) throw new Error(`exit status ${status}: ${stderr}`);
    const { cells } = JSON.parse(readFileSync(results, 'utf8'));
    const jvmsMs = cells.reduce((sum, cell) => sum + (cell.wallMs ?? 0), 0);
    return { wallMs, jvmsMs, ratio: wallMs / jvmsMs, cells: cells.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function render(raw) {
  const { rounds, runs, startUp: starts, whole } = raw;
  const ratio = medianOf(valuesOf(whole, 'repro', 'ratio'));
  const seconds = (key) => interval(medianOf(valuesOf(whole, 'repro', key)), (ms) => fixed(ms / 1000));
  const startUp = (name) => ratioOf(valuesOf(starts, name, 'ms'), valuesOf(starts, reference, 'ms'));
  return [
    '## What the harness adds',
    [
      ...startUps
        .filter(({ isAimed }) => isAimed)
        .map(({ name }) =>
          aimLine(`\`${name}\`, at most ${aims.startUp}× of \`${reference}\``, startUp(name), (value) => value <= aims.startUp),
        ),
      aimLine(
        `A whole \`offheap repro --allocator=all\`, at most ${aims.harness}× of the time that its JVMs live`,
        ratio,
        (value) => value <= aims.harness,
      ),
    ].join('\n'),
    `${describeMachine(raw)} Node ${process.version}. ${reproduction('harness')}`,
    `Start-up, milliseconds of wall time, ${rounds} rounds in random order:`,
    variantTable(
      starts,
      startUps.map(({ name }) => name),
      [{ key: 'ms', head: 'ms', format: fixed }],
    ),
    noiseLine(starts, reference, `${reference}, again`, 'ms'),
    ratio
      ? `\`offheap repro --allocator=all\`, ${runs} runs of ${whole[0].cells} cells: ${seconds('wallMs')} s, of which its JVMs lived ${seconds('jvmsMs')} s.`
      : 'The whole run gave no figure.',
    problemLines([...starts, ...whole]),
  ]
    .filter(Boolean)
    .join('\n\n');
}
