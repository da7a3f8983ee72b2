// Holds the heap inspector against random heaps, as test/native/random-heap.test.ts does with a hundred.
// Usage: npm run test:heaps -- [--runs=2000] [--heap='kind=… seed=…'] [--program=FILE]   (--heap: that heap alone, as a failure shows it; --program:
// test/native/programs/random_heap.c as somebody compiled it, for another glibc)
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fail } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2000' }, heap: { type: 'string' }, program: { type: 'string' } },
});
const { runs, heap, program } = values;
if (!/^[1-9]\d*$/.test(runs)) fail(`expected --runs to be a whole number, got ${JSON.stringify(runs)}.`);
const env = {
  ...process.env,
  OFFHEAP_HEAPS: runs,
  ...(heap === undefined ? {} : { OFFHEAP_HEAP: heap }),
  ...(program === undefined ? {} : { OFFHEAP_HEAP_PROGRAM: resolve(program) }),
};
const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project=native', 'test/native/random-heap.test.ts'];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
