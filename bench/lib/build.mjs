// Compiles what the benchmarks of the preload libraries run: the programs that are measured, and the libraries that are compared with.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run } from '../../scripts/lib/run.mjs';

/** @returns the paths of the programs `pairs`, `blocks` and `forks` and of the libraries `forward`, `callAndLook`, `countLeast`, `askSizes`, `nothing` and `oneMapping` */
export function buildBenchmark(root) {
  const folder = join(root, 'build', 'bench');
  mkdirSync(folder, { recursive: true });
  const source = (name) => join(root, 'bench', 'native', name);
  const includes = ['base', 'shared'].map((name) => `-I${join(root, 'native', name)}`);
  const pairs = join(folder, 'pairs');
  const forward = join(folder, 'libforward.so');
  // -fno-builtin: a compiler that knows malloc leaves out pairs whose block nobody uses.
  compile('-fno-builtin', '-pthread', source('pairs.c'), '-o', pairs);
  const callAndLook = join(folder, 'libcallandlook.so');
  const countLeast = join(folder, 'libcountleast.so');
  const askSizes = join(folder, 'libasksizes.so');
  const library = ['-fno-builtin', '-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-z,now,-z,initfirst', ...includes];
  compile(...library, source('forward.c'), '-o', forward);
  compile(...library, source('call_and_look.c'), '-o', callAndLook);
  compile(...library, source('count_least.c'), '-o', countLeast);
  compile(...library, source('ask_sizes.c'), '-o', askSizes);
  const blocks = join(folder, 'blocks');
  compile('-fno-builtin', source('blocks.c'), '-o', blocks);
  const forks = join(folder, 'forks');
  compile(source('forks.c'), '-o', forks);
  const nothing = join(folder, 'libnothing.so');
  compile('-fPIC', '-shared', source('nothing.c'), '-o', nothing);
  const oneMapping = join(folder, 'libonemapping.so');
  // -fno-builtin too: a malloc followed by a memset would become a call of calloc, from within calloc.
  compile('-fno-builtin', '-fPIC', '-shared', source('one_mapping.c'), '-o', oneMapping);
  return { pairs, blocks, forks, forward, callAndLook, countLeast, askSizes, nothing, oneMapping };
}

/** @returns the path of the program `wakes` */
export function buildWakes(root) {
  const folder = join(root, 'build', 'bench');
  mkdirSync(folder, { recursive: true });
  const wakes = join(folder, 'wakes');
  compile('-pthread', join(root, 'bench', 'native', 'wakes.c'), '-o', wakes);
  return wakes;
}

function compile(...args) {
  if (!run('cc', ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', ...args]))
    fail('the benchmark does not compile; the output is above.');
}
