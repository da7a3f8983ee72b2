// Compiles what the benchmark of the meter runs: the program that is measured, and the library that only forwards.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run } from '../../scripts/lib/run.mjs';

/** @returns the paths of the program `pairs` and of the libraries `forward` and `askSizes` */
export function buildBenchmark(root) {
  const folder = join(root, 'build', 'bench');
  mkdirSync(folder, { recursive: true });
  const source = (name) => join(root, 'bench', 'native', name);
  const includes = ['base', 'shared'].map((name) => `-I${join(root, 'native', name)}`);
  const pairs = join(folder, 'pairs');
  const forward = join(folder, 'libforward.so');
  // -fno-builtin: a compiler that knows malloc leaves out pairs whose block nobody uses.
  compile('-fno-builtin', '-pthread', source('pairs.c'), '-o', pairs);
  const askSizes = join(folder, 'libasksizes.so');
  const library = ['-fno-builtin', '-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-z,now,-z,initfirst', ...includes];
  compile(...library, source('forward.c'), '-o', forward);
  compile(...library, source('ask_sizes.c'), '-o', askSizes);
  return { pairs, forward, askSizes };
}

function compile(...args) {
  if (!run('cc', ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', ...args]))
    fail('the benchmark does not compile; the output is above.');
}
