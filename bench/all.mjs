// Every benchmark, one after another; what follows is run although one has failed. Arguments are passed on. Usage: npm run bench [-- --quick]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
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
const failed = benchmarks.filter((name) => {
  process.stderr.write(`\n== ${name}\n`);
  return (
    spawnSync(process.execPath, [join(root, 'bench', `${name}.mjs`), ...process.argv.slice(2)], { stdio: 'inherit' }).status !== 0
  );
});
if (failed.length > 0) process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
