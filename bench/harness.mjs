// What the harness adds: the wall time of a whole run over that of the JVMs in it, and the start-up of the command line over node's own.
// Usage: npm run bench:harness [-- --quick | --report] [--seed=N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reproduction, root, runBenchmark } from './lib/bench.mjs';
import { medianOf, valuesOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { measureRounds } from './lib/rounds.mjs';
import { fixed, interval, judge, problemLines, times, variantTable } from './lib/section-table.mjs';

const bin = join(root, 'bin', 'offheap.js');
const aims = { harness: 1.15 };
const startUps = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'offheap --version', args: [bin, '--version'] },
  { name: 'offheap --help', args: [bin, '--help'] },
];

await runBenchmark('harness', { measure, render });

async function measure({ isQuick, random, onRound }) {
  const [rounds, runs] = isQuick ? [5, 1] : [21, 5];
  const startUp = await measureRounds(startUps, {
    rounds,
    random,
    onRound: onRound('start-up', rounds),
    run: ({ args }) => startOnce(args),
  });
  const whole = await measureRounds([{ name: 'repro' }], { rounds: runs, random, onRound: onRound('repro', runs), run: runAll });
  return { rounds, runs, startUp, whole };
}

function startOnce(args) {
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`exit status ${status}`);
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
  const { rounds, runs, startUp, whole } = raw;
  const ratio = medianOf(valuesOf(whole, 'repro', 'ratio'));
  const seconds = (key) => interval(medianOf(valuesOf(whole, 'repro', key)), (ms) => fixed(ms / 1000));
  return [
    '## What the harness adds',
    `${describeMachine(raw)} Node ${process.version}. ${reproduction('harness')}`,
    `Start-up, milliseconds of wall time, ${rounds} rounds in random order:`,
    variantTable(
      startUp,
      startUps.map(({ name }) => name),
      [{ key: 'ms', head: 'ms', format: fixed }],
    ),
    ratio
      ? `\`offheap repro --allocator=all\`, ${runs} runs of ${whole[0].cells} cells: ${seconds('wallMs')} s, of which its JVMs lived ${seconds('jvmsMs')} s: ${times(ratio)}. At most ${aims.harness}×: ${judge(ratio, (value) => value <= aims.harness)}.`
      : 'The whole run gave no figure.',
    problemLines([...startUp, ...whole]),
  ]
    .filter(Boolean)
    .join('\n\n');
}
