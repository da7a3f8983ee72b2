// The native unit tests, compiled for arm64 by Debian's compiler for it.
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fail, run } from '../lib/run.mjs';

const compilers = { C: 'aarch64-linux-gnu-gcc', CXX: 'aarch64-linux-gnu-g++' };

/** @param {string} scratch a folder for what cmake makes. Puts the programs into `to`, and returns their names without `_test`. */
export function compileUnits(root, scratch, to) {
  rmSync(scratch, { recursive: true, force: true });
  const system = ['-DCMAKE_SYSTEM_NAME=Linux', '-DCMAKE_SYSTEM_PROCESSOR=aarch64', '-DCMAKE_BUILD_TYPE=Release'];
  const by = Object.entries(compilers).map(([language, compiler]) => `-DCMAKE_${language}_COMPILER=${compiler}`);
  const done =
    run('cmake', ['-S', join(root, 'native'), '-B', scratch, ...system, ...by]) &&
    run('cmake', ['--build', scratch, '--parallel', String(availableParallelism())]);
  if (!done) fail('the native code does not compile for arm64; the output is above.');
  mkdirSync(to, { recursive: true });
  const programs = readdirSync(scratch).filter((name) => name.endsWith('_test'));
  if (programs.length === 0) fail(`expected unit tests in ${scratch}, found none.`);
  for (const program of programs) cpSync(join(scratch, program), join(to, program));
  return programs.map((program) => program.slice(0, -'_test'.length));
}
