// The second build of the native code, for its developers: with warnings as errors, and with a sanitizer when one is named. Runs the native unit
// tests. Usage: node scripts/build-cmake.mjs [address|undefined|address,undefined|thread]   (asan, ubsan and tsan are understood too)
import { existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainRoot } from './lib/plain-root.mjs';
import { fail, run, step, which } from './lib/run.mjs';

const sanitizers = {
  '': '',
  address: 'address',
  asan: 'address',
  undefined: 'undefined',
  ubsan: 'undefined',
  'address,undefined': 'address,undefined',
  thread: 'thread',
  tsan: 'thread',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv[2] ?? '';
const sanitizer = sanitizers[wanted];
if (sanitizer === undefined)
  fail(`expected address, undefined, both as address,undefined, thread or nothing, got ${JSON.stringify(wanted)}.`);
if (which('cmake') === undefined) fail('expected cmake on PATH, found none. Install it: apt-get install cmake');

const name = `build-cmake${sanitizer && `-${sanitizer.replace(',', '-')}`}`;
const project = plainRoot(root);
const folder = join(project, name);
const jobs = String(availableParallelism());
// CMake's cache is for one path alone, and a link has another name each time.
if (project !== root) rmSync(folder, { recursive: true, force: true });
const options = [
  '--directory',
  join(project, 'native'),
  '--out',
  folder,
  '--parallel',
  jobs,
  '--config',
  sanitizer ? 'Debug' : 'Release',
  '--log-level',
  'error',
];
step(`compiling with cmake into ${join(root, name)}`, () => {
  const cmakeJs = join(project, 'node_modules', 'cmake-js', 'bin', 'cmake-js');
  const node = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const done = run(process.execPath, [...node, cmakeJs, 'build', ...options, `--CDOFFHEAP_SANITIZER=${sanitizer}`], {
    ...{ cwd: project, env: { ...process.env, PWD: project } },
  });
  if (!done || !existsSync(folder)) fail('the native code does not compile with cmake; the output is above.');
});
step('running the native unit tests', () => {
  if (!run('ctest', ['--test-dir', folder, '--parallel', jobs, '--output-on-failure', '--no-tests=error'], { cwd: project }))
    fail('native unit tests failed; the output is above.');
});
