// The second build of the native code, for its developers: with warnings as errors, and with a sanitizer when one is named. Runs the native unit
// tests. Usage: node scripts/build-cmake.mjs [address|undefined|thread]   (asan, ubsan and tsan are understood too)
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, run, step, which } from './lib/run.mjs';

const sanitizers = {
  '': '',
  address: 'address',
  asan: 'address',
  undefined: 'undefined',
  ubsan: 'undefined',
  thread: 'thread',
  tsan: 'thread',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv[2] ?? '';
const sanitizer = sanitizers[wanted];
if (sanitizer === undefined) fail(`expected address, undefined, thread or nothing, got ${JSON.stringify(wanted)}.`);
if (which('cmake') === undefined) fail('expected cmake on PATH, found none. Install it: apt-get install cmake');

const folder = join(root, `build-cmake${sanitizer && `-${sanitizer}`}`);
const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');
const options = [
  '--directory',
  'native',
  '--out',
  folder,
  '--prefer-make',
  '--config',
  sanitizer ? 'Debug' : 'Release',
  '--log-level',
  'error',
];
step(`compiling with cmake into ${folder}`, () => {
  const done = run(process.execPath, [cmakeJs, 'build', ...options, `--CDOFFHEAP_SANITIZER=${sanitizer}`], { cwd: root });
  if (!done || !existsSync(folder)) fail('the native code does not compile with cmake; the output is above.');
});
step('running the native unit tests', () => {
  if (!run('ctest', ['--test-dir', folder, '--output-on-failure', '--no-tests=error'], { cwd: root }))
    fail('native unit tests failed; the output is above.');
});
