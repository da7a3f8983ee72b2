// Every benchmark, one after another; what follows is run although one has failed. Usage: npm run bench [-- --quick]
// --quick takes a quarter of the time, and its figures are of few rounds.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readOptions } from '../scripts/lib/options.mjs';
import { root } from './lib/bench.mjs';

const benchmarks = [
  'allocator',
  'meter',
  'fork',
  'profilers',
  'inspect',
  'owners',
  'accuracy',
  'trim',
  'give-back',
  'reading',
  'export',
  'hostile',
  'tend',
  'harness',
  'decide',
  'report',
];
const { quick } = readOptions(import.meta.url, { quick: { type: 'boolean' } });
const options = quick ? ['--quick'] : [];
const failed = benchmarks.filter((name) => {
  process.stderr.write(`\n== ${name}\n`);
  return spawnSync(process.execPath, [join(root, 'bench', `${name}.mjs`), ...options], { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
