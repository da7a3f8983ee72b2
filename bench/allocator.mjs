// The mmap allocator against the algorithm of the article, which has no counters and no checks: malloc and free, calloc, realloc, and a JVM's scan.
// Usage: npm run bench:allocator [-- --quick | --report] [--seed=N]
import { spawnSync } from 'node:child_process';
import { preloadLibraryPath } from '../dist/native/preload-paths.js';
import { reproduction, root, runBenchmark } from './lib/bench.mjs';
import { buildBenchmark } from './lib/build.mjs';
import { ratioOf, valuesOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { measureRounds } from './lib/rounds.mjs';
import { runScan } from './lib/scan.mjs';
import { findScanProgram } from './lib/scan-program.mjs';
import { aimLine, fixed, problemLines, variantTable } from './lib/section-table.mjs';

const operations = {
  pairs: { text: 'malloc and free of 7,160 bytes, an Inflater’s state', aim: 'at most 1.02×', isMetBy: (ratio) => ratio <= 1.02 },
  calloc: { text: 'calloc and free of 1 MiB', aim: 'at most 0.1×', isMetBy: (ratio) => ratio <= 0.1 },
  grow: { text: 'realloc from 64 KiB to 8 MiB in steps of 64 KiB', aim: 'at most 0.2×', isMetBy: (ratio) => ratio <= 0.2 },
};
const variantNames = ['one mapping a block', 'mmap allocator'];
const again = 'one mapping a block again';

await runBenchmark('allocator', { measure, render });

async function measure({ isQuick, random, onRound }) {
  const { blocks, oneMapping } = buildBenchmark(root);
  const [rounds, budgetMs, scanRounds] = isQuick ? [5, 20, 4] : [21, 100, 31];
  const variants = [
    { name: variantNames[0], preload: oneMapping },
    { name: variantNames[1], preload: preloadLibraryPath('mmapalloc') },
    { name: again, preload: oneMapping },
  ];
  const cells = {};
  for (const operation of Object.keys(operations)) {
    const run = ({ preload }) => ({ nanoseconds: runBlocks(blocks, operation, budgetMs, preload) });
    cells[operation] = await measureRounds(variants, { rounds, random, run, onRound: onRound(operation, rounds) });
  }
  const { jdk, program } = await findScanProgram();
  const run = ({ preload }) => runScan(program, { env: { LD_PRELOAD: preload }, passes: 1 });
  const scans = await measureRounds(variants, { rounds: scanRounds, random, run, onRound: onRound('JVM scan', scanRounds) });
  return { rounds, scanRounds, budgetMs, jdk: jdk.version, cells, scans };
}

function runBlocks(blocks, operation, budgetMs, preload) {
  const { status, signal, stdout, error } = spawnSync(blocks, [operation, String(budgetMs)], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', LD_PRELOAD: preload },
    timeout: 120_000,
  });
  if (status === 0 && Number(stdout) > 0) return Number(stdout);
  throw new Error(error?.message ?? signal ?? `exit status ${status}`);
}

function render(raw) {
  const { rounds, budgetMs, scanRounds, jdk, cells, scans } = raw;
  const parts = Object.entries(operations).flatMap(([operation, { text }]) => [
    `${text[0].toUpperCase()}${text.slice(1)}, nanoseconds of processor time:`,
    variantTable(cells[operation], [...variantNames, again], [{ key: 'nanoseconds', head: 'ns', format: fixed }]),
  ]);
  const ratio = (of, key) => ratioOf(...[variantNames[1], variantNames[0]].map((name) => valuesOf(of, name, key)));
  const aims = Object.entries(operations).map(([operation, { text, aim, isMetBy }]) =>
    aimLine(`${text}, ${aim}`, ratio(cells[operation], 'nanoseconds'), isMetBy),
  );
  const scanAims = [
    ['cpuMs', 'processor time'],
    ['wallMs', 'duration'],
  ].map(([key, text]) => aimLine(`JVM scan, at most 1.0× of ${text}`, ratio(scans, key), (value) => value <= 1));
  return [
    '## The mmap allocator against the algorithm it is made after',
    `Aims:\n\n${[...aims, ...scanAims].join('\n')}`,
    `${describeMachine(raw)} JDK ${jdk}. ${rounds} rounds of all in random order, each in a new process that runs for ${budgetMs} ms of processor time; the scan in ${scanRounds}. The other side maps each block, keeps its size in the first word, and has no counters and no checks. It is measured twice, which shows the noise of the machine. ${reproduction('allocator')}`,
    ...parts,
    `The reproducer’s scan, 8 threads, one pass:`,
    variantTable(
      scans,
      [...variantNames, again],
      [
        { key: 'cpuMs', head: 'processor ms', format: fixed },
        { key: 'wallMs', head: 'scan ms', format: fixed },
        { key: 'faults', head: 'page faults', format: fixed },
      ],
    ),
    problemLines([...Object.values(cells).flat(), ...scans]),
  ]
    .filter(Boolean)
    .join('\n\n');
}
