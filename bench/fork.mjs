// What either library costs a process that forks, and one that is executed, with the page of counters in /dev/shm.
// Usage: npm run bench:fork [-- --quick | --report] [--seed=N]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { preloadLibraryPath } from '../dist/native/preload-paths.js';
import { reproduction, root, runBenchmark } from './lib/bench.mjs';
import { buildBenchmark } from './lib/build.mjs';
import { ratioOf, valuesOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { measureRounds } from './lib/rounds.mjs';
import { aimLine, fixed, noiseLine, problemLines, variantTable } from './lib/section-table.mjs';

const aim = 1.1;
const works = [
  { name: 'fork', command: [], count: 400 },
  { name: 'fork and exec of true', command: ['/bin/true'], count: 200 },
  { name: 'fork and exec of a shell that lists a folder', command: ['/bin/sh', '-c', 'ls /usr/bin > /dev/null'], count: 60 },
];
const names = ['bare', 'bare, again', 'a library that does nothing', 'meter', 'meter, not shared', 'meter, memfd', 'mmap'];

await runBenchmark('fork', { measure, render });

async function measure({ isQuick, random, onRound }) {
  const { forks, nothing } = buildBenchmark(root);
  const rounds = isQuick ? 5 : 21;
  const folder = mkdtempSync('/dev/shm/offheap-bench-');
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [meter, mmap] = ['meter', 'mmapalloc'].map(preloadLibraryPath);
  const shared = { OFFHEAP_COUNTERS_DIR: folder };
  const [bare, again, idle, own, off, memfd, other] = names;
  const variants = [
    { name: bare, env: {} },
    { name: again, env: {} },
    { name: idle, env: { LD_PRELOAD: nothing } },
    { name: own, env: { LD_PRELOAD: meter, ...shared } },
    { name: off, env: { LD_PRELOAD: meter, OFFHEAP_COUNTERS: 'off' } },
    { name: memfd, env: { LD_PRELOAD: meter } },
    { name: other, env: { LD_PRELOAD: mmap, ...shared } },
  ];
  const cells = [];
  for (const { name: work, command, count } of works) {
    const run = ({ env }) => ({ us: forkTimes(forks, [String(count), ...command], env, folder) });
    const found = await measureRounds(variants, { rounds, random, onRound: onRound(work, rounds), run });
    cells.push(...found.map((cell) => ({ work, ...cell })));
  }
  return { rounds, cells };
}

/** Microseconds, the median of a process's forks. */
function forkTimes(forks, args, env, folder) {
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
  const { status, signal, stdout } = spawnSync(forks, args, { encoding: 'utf8', env: { PATH: process.env.PATH ?? '', ...env } });
  if (status !== 0) throw new Error(`${signal ?? `exit status ${status}`}`);
  return Number(stdout) / 1000;
}

function render(raw) {
  const { rounds, cells } = raw;
  const ofWork = (name) => cells.filter(({ work }) => work === name);
  const ratio = (name) => ratioOf(valuesOf(ofWork(name), 'meter', 'us'), valuesOf(ofWork(name), 'bare', 'us'));
  return [
    '## What a fork costs behind the libraries',
    works.map(({ name }) => aimLine(`${name}, meter, at most ${aim}×`, ratio(name), (value) => value <= aim)).join('\n'),
    `${describeMachine(raw)} ${reproduction('fork')}`,
    `Microseconds from the fork to the end of the child, the median of ${works.map(({ count }) => count).join(', ')} in a process, ${rounds} rounds in random order. The parent is as small as can be; \`meter\` and \`mmap\` have their pages in \`/dev/shm\`.`,
    ...works.flatMap(({ name }) => [
      `${name}:`,
      variantTable(ofWork(name), names, [{ key: 'us', head: 'µs', format: fixed }]),
      noiseLine(ofWork(name), names[0], names[1], 'us'),
    ]),
    problemLines(cells),
  ]
    .filter(Boolean)
    .join('\n\n');
}
