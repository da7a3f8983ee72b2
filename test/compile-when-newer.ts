import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const compilerFlags = fileURLToPath(new URL('compiler-flags.ts', import.meta.url));

/**
 * Compiles a program, unless what is there is newer than all it depends on, and returns its path. What another test may be about to run is
 * replaced whole.
 */
export function compileWhenNewer(output: string, inputs: readonly string[], compiler: string, args: readonly string[]): string {
  const newest = Math.max(...[compilerFlags, ...inputs].map((file) => statSync(file).mtimeMs));
  if (existsSync(output) && statSync(output).mtimeMs > newest) return output;
  mkdirSync(dirname(output), { recursive: true });
  const partial = `${output}.${process.pid}`;
  const { status, stderr } = spawnSync(compiler, [...args, '-o', partial], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${basename(output)} does not compile:\n${stderr}`);
  renameSync(partial, output);
  return output;
}
