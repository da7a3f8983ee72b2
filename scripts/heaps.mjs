// Holds the heap inspector against random heaps, as test/native/random-heap.test.ts does with 31 of them.
// Usage: npm run test:heaps -- [--runs=2000] [--heap='kind=… seed=…'] [--glibc=VERSION]   (--heap: that heap alone, as a failure shows it; --glibc: of
// programs that are linked with one of npm run glibcs)
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGlibc } from './glibcs/open.mjs';
import { readOptions } from './lib/options.mjs';
import { fail } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, {
  runs: { type: 'string', default: '2000' },
  heap: { type: 'string' },
  glibc: { type: 'string' },
});
const { runs, heap, glibc } = values;
if (!/^[1-9]\d*$/.test(runs)) fail(`expected --runs to be a whole number, got ${JSON.stringify(runs)}.`);
const env = {
  ...process.env,
  OFFHEAP_HEAPS: runs,
  ...(heap === undefined ? {} : { OFFHEAP_HEAP: heap }),
  ...(glibc === undefined ? {} : { OFFHEAP_HEAP_PROGRAM: compileFor(glibc) }),
};
const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project=native', 'test/native/random-heap.test.ts'];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;

function compileFor(version) {
  const { reason, compile } = openGlibc(version);
  if (reason !== undefined) fail(reason);
  const folder = join(root, 'build', 'test-programs');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `random_heap-${version}`);
  compile(join(root, 'test', 'native', 'programs', 'random_heap.c'), program, ['-std=gnu11', '-O1', '-pthread', '-fno-builtin']);
  return program;
}
