// Runs the fuzzers of test/native/fuzz by clang's libFuzzer, one after another. Usage: npm run fuzz -- [--seconds=5] [--write]   (seconds for
// each; --write: the figures into docs/reliability.md). The corpus is kept in build/fuzz; what crashes is a file there and fails the run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plainRoot } from './lib/plain-root.mjs';
import { fail, run, say, which } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 1)
  fail(`expected --seconds to be a whole number, got ${JSON.stringify(values.seconds)}.`);
if (which('clang') === undefined) fail('expected clang on PATH, found none. Install it: apt-get install clang');

const project = plainRoot(root);
const folder = join(project, 'build', 'fuzz');
mkdirSync(folder, { recursive: true });
// CMake's cache is for one path alone, and a link has another name each time.
if (project !== root) rmSync(join(folder, 'cmake'), { recursive: true, force: true });
const configured = run('cmake', ['-S', join(project, 'native'), '-B', join(folder, 'cmake'), '-DOFFHEAP_FUZZ=ON'], {
  env: { ...process.env, CC: 'clang', CXX: 'clang++' },
});
const names = ['counter_page', 'chunk_walk', 'page_map'];
const targets = names.map((name) => `${name}_fuzz`);
if (!configured || !run('make', ['-s', `-j${availableParallelism()}`, '-C', join(folder, 'cmake'), ...targets]))
  fail('the fuzzers do not compile; the output is above.');

const rows = names.map((name) => {
  const corpus = join(folder, `corpus-${name}`);
  mkdirSync(corpus, { recursive: true });
  const options = [
    `-max_total_time=${seconds}`,
    '-max_len=8192',
    '-timeout=10',
    '-print_final_stats=1',
    `-artifact_prefix=${folder}/`,
  ];
  const { status, stderr } = spawnSync(join(folder, 'cmake', `${name}_fuzz`), [...options, corpus], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) {
    process.stderr.write(stderr.slice(-8000));
    fail(`the fuzzer ${name} found a failure; its input is in ${folder}.`);
  }
  const executions = Number(/stat::number_of_executed_units: (\d+)/.exec(stderr)?.[1]);
  const edges = [...stderr.matchAll(/ cov: (\d+)/g)].at(-1)?.[1];
  say(`${name}: ${executions} inputs in ${seconds} s, ${edges} edges, no failure`);
  return `| ${name} | ${seconds} s | ${executions} | ${edges} | 0 |`;
});
const table = ['| fuzzer | time | inputs | edges covered | failures |', '|---|---:|---:|---:|---:|', ...rows].join('\n');
if (values.write) (await import('./lib/doc-part.mjs')).writePart('fuzz', table);
process.stdout.write(`${table}\n`);
