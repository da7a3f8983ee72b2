// Holds the heap inspector against random heaps, as test/native/random-heap.test.ts does with a hundred.
// Usage: npm run test:heaps -- [--runs=2000] [--heap='GLIBC_TUNABLES=… seed=…']   (--heap: that one alone, as a failure shows it)
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fail } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { runs: { type: 'string', default: '2000' }, heap: { type: 'string' } } });
if (!/^[1-9]\d*$/.test(values.runs)) fail(`expected --runs to be a whole number, got ${JSON.stringify(values.runs)}.`);
const env = { ...process.env, OFFHEAP_HEAPS: values.runs, ...(values.heap === undefined ? {} : { OFFHEAP_HEAP: values.heap }) };
const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project=native', 'test/native/random-heap.test.ts'];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
