import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * PATH, with the folder of Python itself first where `python3` is a script, as pyenv's shim: that runs forty shells before it becomes Python, which costs
 * more than most programs that tests start with it.
 */
export function withoutShims(path: string): string {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, 'python3'))
    .find((file) => existsSync(file));
  if (found === undefined || readFileSync(found).toString('latin1', 0, 2) !== '#!') return path;
  const { status, stdout } = spawnSync(found, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  return status === 0 ? [dirname(stdout.trim()), path].join(delimiter) : path;
}
